"""Files -> Documents -> TextNodes that know their span."""
