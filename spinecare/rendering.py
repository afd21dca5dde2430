"""How every form of the product is drawn: the value of FORM_RENDERER."""

from typing import Any

from django.forms import BoundField, RadioSelect, Widget
from django.forms.renderers import TemplatesSetting


class RenderedQuestion(BoundField):
    """A field that knows the first control that answers it."""

    @property
    def first_control_id(self) -> str:
        """Where the error summary leads; in a group, its first radio, box or part."""
        return self.id_for_label or f"{self.auto_id}_0"

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        """Leave `aria-invalid` off radios, where ARIA does not allow it; the group's error says it."""
        built = super().build_widget_attrs(attrs, widget)
        if isinstance(widget or self.field.widget, RadioSelect):
            built.pop("aria-invalid", None)
        return built


class FormRenderer(TemplatesSetting):
    """Draws forms with an error summary and fields with our markup."""

    form_template_name = "_form.html"
    field_template_name = "_field.html"
    bound_field_class = RenderedQuestion
