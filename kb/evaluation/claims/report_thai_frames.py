"""Own Thai passages with slots, for what real text lacks: the family that is reported."""

from __future__ import annotations

from kb.evaluation.claims.case import Pools
from kb.evaluation.claims.report_thai_craft import HUT, SWEET
from kb.evaluation.claims.report_thai_law import POLICY, TRIAL
from kb.evaluation.claims.report_thai_making import PAPER, PROBE
from kb.evaluation.claims.report_thai_vote import RESERVE, VOTE

POOLS: Pools = {
    "women": ("วันเพ็ญ ศรีสมบัติ", "กาญจนา บุญมี", "พิมพา ทองสุก", "สุดา เพชรรุ่ง", "มาลัย จันทร์หอม", "เพ็ญศรี วงศ์ไทย"),
    "men": ("ประเสริฐ ขำดี", "อุดม แก้วกล้า", "สมนึก รุ่งเรือง", "ธงชัย มหาสุข", "ณรงค์ ปัญญาไว", "วีระ สุขสวัสดิ์"),
    "town": ("บ้านนาคู", "เวียงผาแดง", "ท่าหลวงใหม่", "โพนสว่าง", "ดงตาล", "เมืองปัก"),
    "insurer": ("ร่มโพธิ์ประกันภัย", "ศิลาทองประกันภัย", "บริบูรณ์ประกันภัย", "เกื้อกูลประกันภัย"),
    "swamp": ("บึงนาราง", "หนองหญ้าม้า", "บึงขุนเณร", "หนองแฝก"),
    "animal": ("นาก", "เก้ง", "ชะมด", "หมูหริ่ง", "นกยาง"),
    "paper": ("เสียงลุ่มน้ำ", "ข่าวชายทุ่ง", "แสงตะเกียง", "เข็มทิศ"),
    "probe": ("เวหา", "ดุสิต", "ลำแสง", "ครุฑทอง"),
    "planet": ("ดาวศุกร์", "ดาวอังคาร", "ดาวพุธ", "ดาวพฤหัสบดี"),
    "peak": ("ดอยผาเงิบ", "ภูสอยฟ้า", "เขาใบเรือ", "ดอยแม่ลิ่ว"),
}
FRAMES = (TRIAL, POLICY, VOTE, RESERVE, PAPER, PROBE, SWEET, HUT)
