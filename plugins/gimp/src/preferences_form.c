/* The widgets of Settings…. See preferences_form.h. */
#include "preferences_form.h"

#include <string.h>

#include "i18n.h"
#include "preferences.h"

/* What was shown last, to find out what the person has changed. */
enum field { PROVIDER, ADDRESS, MODEL, DETAIL, EFFORT, LANGUAGE, FIELDS };

struct preferences_form {
    struct rows rows;
    GtkWidget *provider, *address, *model, *models, *key, *console, *detail, *effort, *language;
    GtkWidget *console_row;
    GPtrArray *names; /* of the providers, owned */
    char *shown[FIELDS];
    preferences_action_fn on_action;
    void *data;
};

static GtkWidget *model_entry(const struct preferences_form *form)
{
    return gtk_bin_get_child(GTK_BIN(form->model));
}

const char *preferences_form_provider(const struct preferences_form *form)
{
    int active = gtk_combo_box_get_active(GTK_COMBO_BOX(form->provider));

    return active < 0 ? NULL : form->names->pdata[active];
}

static const char *value_of(const struct preferences_form *form, enum field field)
{
    switch (field) {
    case PROVIDER:
        return preferences_form_provider(form);
    case ADDRESS:
        return gtk_entry_get_text(GTK_ENTRY(form->address));
    case MODEL:
        return gtk_entry_get_text(GTK_ENTRY(model_entry(form)));
    case DETAIL:
        return rows_combo_value(form->detail, preference_details);
    case EFFORT:
        return rows_combo_value(form->effort, preference_efforts);
    case LANGUAGE:
        return gtk_entry_get_text(GTK_ENTRY(form->language));
    case FIELDS:
        break;
    }
    return NULL;
}

static void remember(struct preferences_form *form, enum field field)
{
    g_free(form->shown[field]);
    form->shown[field] = g_strdup(value_of(form, field));
}

void preferences_form_saved(struct preferences_form *form)
{
    for (int field = 0; field < FIELDS; field++)
        remember(form, field);
}

static const char *changed(const struct preferences_form *form, enum field field)
{
    const char *value = value_of(form, field);

    return g_strcmp0(value, form->shown[field]) == 0 ? NULL : value;
}

/* The provider is named along with what belongs to it, also where the environment names another. */
struct sl_config_change preferences_form_change(const struct preferences_form *form)
{
    struct sl_config_change change = {
        .provider = changed(form, PROVIDER),
        .base_url = changed(form, ADDRESS),
        .model = changed(form, MODEL),
        .detail = changed(form, DETAIL),
        .effort = changed(form, EFFORT),
        .language = changed(form, LANGUAGE),
    };

    if (change.base_url || change.model)
        change.provider = preferences_form_provider(form);
    return change;
}

static void fill_providers(struct preferences_form *form, const struct sl_config *config)
{
    const char *name;

    for (size_t i = 0; config && (name = sl_config_provider_at(config, i)); i++) {
        gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(form->provider), name);
        g_ptr_array_add(form->names, g_strdup(name));
        if (strcmp(name, sl_config_provider(config)) == 0)
            gtk_combo_box_set_active(GTK_COMBO_BOX(form->provider), (int)i);
    }
}

static void empty_models(struct preferences_form *form)
{
    gtk_list_store_clear(GTK_LIST_STORE(gtk_combo_box_get_model(GTK_COMBO_BOX(form->model))));
}

static void show_console(const struct preferences_form *form, const struct sl_config *config)
{
    const char *url = sl_config_console_url(config);

    if (url) {
        char *text = g_strdup_printf(_("Make a key at %s"), url);

        gtk_link_button_set_uri(GTK_LINK_BUTTON(form->console), url);
        gtk_button_set_label(GTK_BUTTON(form->console), text);
        g_free(text);
    }
    gtk_widget_set_visible(form->console_row, url != NULL);
}

void preferences_form_show(struct preferences_form *form, const struct sl_config *config)
{
    empty_models(form);
    gtk_entry_set_text(GTK_ENTRY(form->address), sl_config_base_url(config));
    gtk_entry_set_text(GTK_ENTRY(model_entry(form)), sl_config_model(config));
    show_console(form, config);
    remember(form, ADDRESS);
    remember(form, MODEL);
}

void preferences_form_offer(struct preferences_form *form, const char *models)
{
    char **names = g_strsplit(models, "\n", -1);

    empty_models(form);
    for (char **name = names; *name; name++)
        gtk_combo_box_text_append_text(GTK_COMBO_BOX_TEXT(form->model), *name);
    gtk_combo_box_popup(GTK_COMBO_BOX(form->model));
    g_strfreev(names);
}

const char *preferences_form_key(const struct preferences_form *form)
{
    return gtk_entry_get_text(GTK_ENTRY(form->key));
}

void preferences_form_forget_key(struct preferences_form *form)
{
    gtk_entry_set_text(GTK_ENTRY(form->key), "");
}

static void on_provider(GtkComboBox *combo, struct preferences_form *form)
{
    (void)combo;
    form->on_action(PREFERENCES_PROVIDER, form->data);
}

static void on_models(GtkButton *button, struct preferences_form *form)
{
    (void)button;
    form->on_action(PREFERENCES_MODELS, form->data);
}

static GtkWidget *key_entry(void)
{
    GtkWidget *entry = rows_entry("");

    gtk_entry_set_visibility(GTK_ENTRY(entry), FALSE);
    return entry;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void make_widgets(struct preferences_form *form, const struct sl_config *config)
{
    const char *detail = config ? sl_config_detail(config) : NULL;
    const char *effort = config ? sl_config_effort(config) : NULL;
    const char *language = config ? sl_config_language(config) : NULL;

    form->provider = gtk_combo_box_text_new();
    form->address = rows_entry("");
    form->model = gtk_combo_box_text_new_with_entry();
    form->models = gtk_button_new_with_mnemonic(_("L_ist"));
    form->key = key_entry();
    form->console = gtk_link_button_new("https://example.org");
    form->detail = rows_combo(preference_details, or_empty(detail));
    form->effort = rows_combo(preference_efforts, or_empty(effort));
    form->language = rows_entry(or_empty(language));
    gtk_entry_set_activates_default(GTK_ENTRY(model_entry(form)), TRUE);
    gtk_widget_set_tooltip_text(form->models, _("Save, and ask the provider which models it has"));
}

static void pack(struct preferences_form *form)
{
    struct rows *rows = &form->rows;

    rows_add(rows, _("_Provider:"), _("Who runs the model"), form->provider);
    rows_add(rows, _("_Address:"), _("Where it is reached; empty: its own"), form->address);
    GtkWidget *row =
        rows_add(rows, _("_Model:"), _("Empty: the provider's usual one"), form->model);
    gtk_label_set_mnemonic_widget(GTK_LABEL(gtk_container_get_children(GTK_CONTAINER(row))->data),
                                  model_entry(form));
    gtk_box_pack_start(GTK_BOX(row), form->models, FALSE, FALSE, 0);
    rows_add(rows, _("_Key:"),
             _("For all hosts: kept in the secret service, or in a file that only you can read. "
               "Empty: the key that is stored stays"),
             form->key);
    form->console_row = rows_add_below(rows, form->console);
    gtk_widget_show_all(form->console_row);
    gtk_widget_set_no_show_all(form->console_row, TRUE);
    rows_add(rows, _("_Detail:"), _("How closely the model looks"), form->detail);
    rows_add(rows, _("_Effort:"), _("How long the model thinks"), form->effort);
    rows_add(rows, _("Lan_guage:"), _("Of the answers, such as French; empty: the model's choice"),
             form->language);
}

struct preferences_form *preferences_form_new(const struct sl_config *config,
                                              preferences_action_fn on_action, void *data)
{
    struct preferences_form *form = g_new0(struct preferences_form, 1);

    form->on_action = on_action;
    form->data = data;
    form->names = g_ptr_array_new_with_free_func(g_free);
    rows_init(&form->rows);
    make_widgets(form, config);
    pack(form);
    fill_providers(form, config);
    if (config)
        preferences_form_show(form, config);
    preferences_form_saved(form);
    g_signal_connect(form->provider, "changed", G_CALLBACK(on_provider), form);
    g_signal_connect(form->models, "clicked", G_CALLBACK(on_models), form);
    return form;
}

void preferences_form_free(struct preferences_form *form)
{
    for (int field = 0; field < FIELDS; field++)
        g_free(form->shown[field]);
    g_ptr_array_free(form->names, TRUE);
    rows_release(&form->rows);
    g_free(form);
}

GtkWidget *preferences_form_widget(const struct preferences_form *form)
{
    return form->rows.column;
}

void preferences_form_allow(struct preferences_form *form, bool allowed)
{
    gtk_widget_set_sensitive(form->rows.column, allowed);
}
