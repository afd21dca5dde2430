from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """The project's form templates stand under templates/django/forms."""
