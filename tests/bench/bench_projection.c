/*
 * A plug-in for GIMP that does what cannot be done without by whoever sends what is visible of an
 * image: asks for it, and reads all of it at once. Appends a line to the file $BENCH_PROJECTION:
 * the image's width and height, and how long each took, in microseconds.
 */
#include <gegl.h>
#include <libgimp/gimp.h>
#include <stdio.h>
#include <stdlib.h>

#define PROCEDURE "plug-in-sightline-bench-projection"
#define BLURB "Reads what is visible of an image, and says how long that took"

static void say(int width, int height, gint64 asked, gint64 read)
{
    const char *path = g_getenv("BENCH_PROJECTION");
    FILE *file = path ? fopen(path, "a") : NULL;

    if (!file)
        return;
    fprintf(file, "%d %d %lld %lld\n", width, height, (long long)asked, (long long)read);
    fclose(file);
}

static void read_whole(GeglBuffer *buffer, gint64 start)
{
    gint64 asked = g_get_monotonic_time();
    int width = gegl_buffer_get_width(buffer), height = gegl_buffer_get_height(buffer);
    unsigned char *pixels = g_malloc((gsize)width * (gsize)height * 4);

    gegl_buffer_get(buffer, NULL, 1.0, babl_format("R'G'B'A u8"), pixels, GEGL_AUTO_ROWSTRIDE,
                    GEGL_ABYSS_NONE);
    say(width, height, asked - start, g_get_monotonic_time() - asked);
    g_free(pixels);
    g_object_unref(buffer);
}

#if GIMP_CHECK_VERSION(3, 0, 0)

static GimpValueArray *run(GimpProcedure *procedure, GimpRunMode mode, GimpImage *image,
                           GimpDrawable **drawables, GimpProcedureConfig *config, gpointer data)
{
    GimpImage *hidden = gimp_image_new(1, 1, GIMP_RGB);

    (void)mode;
    (void)drawables;
    (void)config;
    (void)data;
    gegl_init(NULL, NULL);
    gint64 start = g_get_monotonic_time();
    GimpLayer *layer = gimp_layer_new_from_visible(image, hidden, "bench");
    read_whole(gimp_drawable_get_buffer(GIMP_DRAWABLE(layer)), start);
    gimp_item_delete(GIMP_ITEM(layer));
    gimp_image_delete(hidden);
    return gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, NULL);
}

typedef GimpPlugIn Bench;
typedef GimpPlugInClass BenchClass;

static GList *query(GimpPlugIn *plug_in)
{
    (void)plug_in;
    return g_list_append(NULL, g_strdup(PROCEDURE));
}

static GimpProcedure *create(GimpPlugIn *plug_in, const char *name)
{
    GimpProcedure *procedure =
        gimp_image_procedure_new(plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN, run, NULL, NULL);

    gimp_procedure_set_image_types(procedure, "*");
    gimp_procedure_set_documentation(procedure, BLURB, BLURB, name);
    return procedure;
}

static void bench_class_init(BenchClass *class)
{
    class->query_procedures = query;
    class->create_procedure = create;
    class->set_i18n = NULL;
}

static void bench_init(Bench *bench)
{
    (void)bench;
}

G_DEFINE_TYPE(Bench, bench, GIMP_TYPE_PLUG_IN)
GIMP_MAIN(bench_get_type())

#else

static void query(void)
{
    static const GimpParamDef arguments[] = {
        {GIMP_PDB_INT32, "run-mode", "The run mode { RUN-NONINTERACTIVE (1) }"},
        {GIMP_PDB_IMAGE, "image", "The image"},
        {GIMP_PDB_DRAWABLE, "drawable", "Any layer of it; unused"},
    };

    gimp_install_procedure(PROCEDURE, BLURB, BLURB, "", "", "", NULL, "*", GIMP_PLUGIN,
                           G_N_ELEMENTS(arguments), 0, arguments, NULL);
}

static void run(const char *name, int count, const GimpParam *arguments, int *result_count,
                GimpParam **results)
{
    static GimpParam status = {.type = GIMP_PDB_STATUS, .data.d_status = GIMP_PDB_SUCCESS};
    int hidden = gimp_image_new(1, 1, GIMP_RGB);

    (void)name;
    (void)count;
    gegl_init(NULL, NULL);
    gimp_plugin_enable_precision();
    gint64 start = g_get_monotonic_time();
    int layer = gimp_layer_new_from_visible(arguments[1].data.d_image, hidden, "bench");
    read_whole(gimp_drawable_get_buffer(layer), start);
    gimp_item_delete(layer);
    gimp_image_delete(hidden);
    *results = &status;
    *result_count = 1;
}

const GimpPlugInInfo PLUG_IN_INFO = {NULL, NULL, query, run};

MAIN()

#endif
