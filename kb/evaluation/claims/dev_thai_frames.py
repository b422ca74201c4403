"""Own Thai passages with slots, for what real text lacks: the family used while developing."""

from __future__ import annotations

from kb.evaluation.claims.case import Pools
from kb.evaluation.claims.dev_thai_land import BUILDING, FARM
from kb.evaluation.claims.dev_thai_more import MUSEUM, RAILWAY
from kb.evaluation.claims.dev_thai_work import FIRM, LEAVE

POOLS: Pools = {
    "women": ("สมศรี แก้วใส", "อรุณี วงศ์ทอง", "มาลี ศรีสุข", "พรทิพย์ จันทร์งาม", "กัญญา บุญมา", "สุดา เรืองชัย"),
    "men": ("สมชาย ใจมั่น", "วิชัย พูลผล", "ประเสริฐ นาคดี", "ธนา อินทร์แก้ว", "อำนาจ ชูศรี", "ณรงค์ ทองคำ", "เกษม สายชล"),
    "town": ("บ้านหนองแสง", "บ้านโคกสูง", "บ้านดอนยาง", "บ้านคลองใหญ่", "บ้านท่าเรือ", "บ้านป่าสัก"),
    "firm": ("บริษัทสยามไหมทอง", "บริษัทน้ำใสเคมี", "บริษัทเรือไทยรุ่งเรือง", "บริษัทข้าวหอมไทย", "บริษัทกล้าแกร่งก่อสร้าง"),
    "thing": ("ห้องสมุด", "พิพิธภัณฑ์", "หอนาฬิกา", "สะพาน", "โรงเรียน", "ตลาด"),
    "crop": ("ข้าวโพด", "อ้อย", "ยางพารา", "มันสำปะหลัง", "ทุเรียน", "ถั่วเหลือง"),
}
FRAMES = (LEAVE, BUILDING, FIRM, FARM, MUSEUM, RAILWAY)
