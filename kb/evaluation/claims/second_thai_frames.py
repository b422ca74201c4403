"""Own Thai passages with slots, for what real text lacks: the second family used while developing."""

from __future__ import annotations

from kb.evaluation.claims.case import Pools
from kb.evaluation.claims.second_thai_club import CLUB
from kb.evaluation.claims.second_thai_places import SCHOOL, VOYAGE
from kb.evaluation.claims.second_thai_rules import CLINIC, FLAT

POOLS: Pools = {
    "women": ("รัตนา ภูมิดี", "จินตนา หอมหวล", "ปราณี ชัยมงคล", "นฤมล แสงทอง", "ดวงใจ พันธุ์ดี", "อัมพร คำแก้ว"),
    "men": ("สุรชัย พงษ์ไพร", "มานพ ทิพย์สุข", "ชาญณรงค์ ศรีเมือง", "บุญเลิศ ปานทอง", "ไพโรจน์ นิลวงศ์", "เดชา กลิ่นหอม"),
    "port": ("ปากน้ำทอง", "เกาะแก้ว", "อ่าวมะนาว", "หาดสน", "แหลมงาม", "บางเรือ"),
    "ship": ("เรือนางนวล", "เรือดาวเหนือ", "เรือศรีสมุทร", "เรือพระพาย", "เรือเกลียวคลื่น"),
    "club": ("สโมสรพยัคฆ์ขาว", "สโมสรช้างศึก", "สโมสรนกอินทรี", "สโมสรม้าเหล็ก", "สโมสรปลาฉลาม"),
    "school": ("โรงเรียนวิทยาธาร", "โรงเรียนแสงธรรม", "โรงเรียนปัญญาดี", "โรงเรียนร่มไทร"),
    "subject": ("วิชาเคมี", "วิชาดนตรี", "วิชาภูมิศาสตร์", "วิชาชีววิทยา", "วิชาศิลปะ"),
    "drug": ("ยาเวโรซิน", "ยาคาลมาดอล", "ยาเนปทาโซล", "ยาเฟอร์โรแลน"),
}
FRAMES = (CLINIC, FLAT, CLUB, VOYAGE, SCHOOL)
