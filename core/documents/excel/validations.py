"""Drop-downs, checks on entry and input messages of the cells to fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.documents.excel.choice_lists import list_name
from core.forms.definition import ChoiceList, Field, FieldType

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation

_PROMPT_LIMIT: Final = 255
_TITLE_LIMIT: Final = 32
_FIRST_DAY: Final = 1  # serial of 1900-01-01
_LAST_DAY: Final = 109_939  # serial of 2200-12-31


def validation_for(field: Field, label: str, coded: ChoiceList | None) -> DataValidation:
    """The validation of one field's cells. Only closed lists stop an entry: everything else may be kept."""
    from openpyxl.worksheet.datavalidation import DataValidation

    validation = DataValidation(allow_blank=True, showInputMessage=True, showErrorMessage=True)
    validation.errorStyle = "warning"
    validation.errorTitle = "请核对"
    validation.promptTitle = label[:_TITLE_LIMIT]
    validation.prompt = _prompt(field)
    if coded is not None:
        validation.type, validation.formula1 = "list", list_name(coded)
        validation.showErrorMessage = False
    elif field.type.is_choice and field.choices is not None:
        _closed_list(validation, field, field.choices)
    elif field.type.is_number:
        validation.type, validation.operator = "decimal", "between"
        validation.formula1, validation.formula2 = "-1E+15", "1E+15"
        validation.error = "这里只填数字，单位已经印在表上。仍要保留吗？"
    elif field.type is FieldType.DATE:
        validation.type, validation.operator = "date", "between"
        validation.formula1, validation.formula2 = str(_FIRST_DAY), str(_LAST_DAY)
        validation.error = "这里应填日期，如2026-3-1。仍要保留吗？"
    elif field.is_code:
        validation.type, validation.operator, validation.formula1 = "textLength", "equal", "18"
        validation.error = "统一社会信用代码应为18位，请与营业执照核对。仍要保留吗？"
    elif field.max_length is not None:
        validation.type, validation.operator = "textLength", "lessThanOrEqual"
        validation.formula1 = str(field.max_length)
        validation.error = f"超过{field.max_length}字的部分可能打印不下。仍要保留吗？"
    return validation


def _closed_list(validation: DataValidation, field: Field, choices: ChoiceList) -> None:
    validation.type, validation.formula1 = "list", list_name(choices)
    if field.is_open_choice:
        validation.error = "不在下拉列表中。仍要保留吗？"
    else:
        validation.errorStyle = "stop"
        validation.error = "请从下拉列表中选择，或删除所填内容。"


def _prompt(field: Field) -> str:
    parts = ["必填。" if field.required else "", field.hint]
    if field.type is FieldType.SELECT_MULTIPLE and field.choices is not None:
        parts.append("可填多项，用分号“；”隔开：" + "；".join(c.label for c in field.choices.choices))
    elif field.type.is_choice:
        parts.append("请从下拉列表中选择。")
    elif field.type is FieldType.DATE:
        parts.append("填日期，如2026-3-1。")
    elif field.type.is_number:
        parts.append(f"填{'整数' if field.type is FieldType.INTEGER else '数字'}"
                     + (f"，单位：{field.unit}。" if field.unit else "。"))
    elif field.is_code:
        parts.append("18位，单元格为文本格式。")
    text = "\n".join(p for p in parts if p)
    return text if len(text) <= _PROMPT_LIMIT else text[: _PROMPT_LIMIT - 1] + "…"
