/*
 * Draws SVG with librsvg, as large as it is wanted. librsvg loads nothing from elsewhere for a
 * document that comes from memory.
 *
 * A document is a program: a few lines of it can ask for hours of drawing, and nothing stops
 * librsvg. So a child of this process runs it, which is ended when that takes too long, needs too
 * much memory or is no longer wanted, and whose end is a damaged document and not that of the host.
 * This process never calls librsvg, so no lock of it, or of what is below it, is held at a fork.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, closefrom */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <librsvg/rsvg.h>
#include <sightline/sightline.h>

#include "module.h"

#define MOST_BYTES (32u << 20)
#define MOST_MEMORY (2048ull << 20) /* bytes */
#define MOST_SECONDS 10
#define CHECK_MS 2
#define LEAST_SIDE 728u  /* lines can be drawn at any size; a drawing is at least this long */
#define MOST_SIDE 4096u  /* and at most this */
#define USUAL_SIDE 300.0 /* of a drawing that does not say; its height is half of that */

/* Memory that the child shares with this process. */
struct board {
    bool done;
    double width, height;
    uint32_t pixels[];
};

/* What the child does; true when it is done. */
typedef bool (*job_fn)(RsvgHandle *handle, struct board *board, uint32_t width, uint32_t height);

struct svg_rows {
    struct sl__rows rows;
    struct board *board;
    size_t board_bytes;
    uint32_t y;
};

static int fail_large(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_TOO_LARGE,
                        "%s: the SVG is over %u MiB; export it as PNG", input->name,
                        MOST_BYTES >> 20);
}

static int fail_time(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_TOO_LARGE,
                        "%s: the SVG takes over %d seconds to draw; export it as PNG", input->name,
                        MOST_SECONDS);
}

static int fail_document(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_CORRUPT,
                        "%s: librsvg cannot draw this SVG; open it in a drawing program and save "
                        "it again, or export it as PNG",
                        input->name);
}

/* What the drawing says of its size, in pixels; else the ratio of what it shows. */
static bool find_size(RsvgHandle *handle, struct board *board, uint32_t width, uint32_t height)
{
    gboolean has_width, has_height, has_box;
    RsvgLength ignored;
    RsvgRectangle box;

    (void)width, (void)height;
    if (rsvg_handle_get_intrinsic_size_in_pixels(handle, &board->width, &board->height))
        return true;
    rsvg_handle_get_intrinsic_dimensions(handle, &has_width, &ignored, &has_height, &ignored,
                                         &has_box, &box);
    board->width = has_box ? box.width : USUAL_SIDE;
    board->height = has_box ? box.height : USUAL_SIDE / 2;
    return true;
}

static bool draw(RsvgHandle *handle, struct board *board, uint32_t width, uint32_t height)
{
    const RsvgRectangle all = {0, 0, width, height};
    cairo_surface_t *surface =
        cairo_image_surface_create_for_data((unsigned char *)board->pixels, CAIRO_FORMAT_ARGB32,
                                            (int)width, (int)height, (int)width * 4);
    cairo_t *cairo = cairo_create(surface);
    bool drawn = rsvg_handle_render_document(handle, cairo, &all, NULL) &&
                 cairo_status(cairo) == CAIRO_STATUS_SUCCESS;

    cairo_surface_flush(surface);
    return drawn;
}

/* What this process holds open is not to be held open by the child. */
static void let_go(void)
{
#ifdef SIGHTLINE_CLOSEFROM
    closefrom(STDERR_FILENO + 1);
#else
    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
        close(fd);
#endif
}

/* The sanitizers reserve more than any limit. */
#ifdef __has_feature
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static void limit_memory(void)
{
#if !SANITIZED
    const struct rlimit most = {MOST_MEMORY, MOST_MEMORY};

    setrlimit(RLIMIT_AS, &most);
#endif
}

_Noreturn static void be_child(const struct sl__input *input, job_fn job, struct board *board,
                               uint32_t width, uint32_t height)
{
    RsvgHandle *handle;

    let_go();
    limit_memory();
    alarm(2 * MOST_SECONDS); /* where this process ends before it ends the child */
    handle = rsvg_handle_new_from_data(input->bytes, input->len, NULL);
    board->done = handle && job(handle, board, width, height);
    _exit(0);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A host may reap children itself; then there is none. */
static bool has_ended(pid_t child, int flags)
{
    pid_t ended;

    do
        ended = waitpid(child, NULL, flags);
    while (ended < 0 && errno == EINTR);
    return ended != 0;
}

static int await(pid_t child, const struct sl__input *input)
{
    int64_t deadline = now_ms() + MOST_SECONDS * 1000;

    while (!has_ended(child, WNOHANG)) {
        bool late = now_ms() >= deadline;

        if (late || sl__cancelled(input)) {
            kill(child, SIGKILL);
            has_ended(child, 0);
            return late ? fail_time(input) : sl__fail_cancelled(input);
        }
        poll(NULL, 0, CHECK_MS);
    }
    return 0;
}

static int run(const struct sl__input *input, job_fn job, struct board *board, uint32_t width,
               uint32_t height)
{
    pid_t child;
    int rc;

    if (input->len > MOST_BYTES)
        return fail_large(input);
    child = fork();
    if (child == 0)
        be_child(input, job, board, width, height);
    if (child < 0)
        return sl__fail_memory(input);
    rc = await(child, input);
    if (rc == 0 && !board->done)
        rc = fail_document(input);
    return rc;
}

/* NULL without memory. */
static struct board *board_new(size_t bytes)
{
    void *board = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return board == MAP_FAILED ? NULL : board;
}

static uint32_t rounded(double side)
{
    return side < 1 ? 1 : (uint32_t)lround(side);
}

static void take_size(struct sl__picture *picture, double width, double height)
{
    double longer = fmax(width, height), scale;

    picture->metadata = true;
    if (!(width > 0 && height > 0 && longer < 1e9))
        return; /* 0×0, which is refused */
    scale = fmin(fmax(longer, LEAST_SIDE), MOST_SIDE) / longer;
    picture->width = rounded(width * scale);
    picture->height = rounded(height * scale);
}

static int probe(const struct sl__input *input, struct sl__picture *picture)
{
    struct board *board = board_new(sizeof *board);
    int rc = board ? run(input, find_size, board, 0, 0) : sl__fail_memory(input);

    if (rc == 0)
        take_size(picture, board->width, board->height);
    if (board)
        munmap(board, sizeof *board);
    return rc;
}

static int next(struct sl__rows *rows, unsigned char *row)
{
    struct svg_rows *r = (struct svg_rows *)rows;
    const uint32_t *from = r->board->pixels + (size_t)rows->width * r->y++;

    for (uint32_t x = 0; x < rows->width; x++)
        for (unsigned c = 0; c < 4; c++)
            row[x * 4 + c] = (unsigned char)(from[x] >> (c < 3 ? 16 - 8 * c : 24));
    sl__unmultiply(row, rows->width, 3);
    return 0;
}

static void close_rows(struct sl__rows *rows)
{
    struct svg_rows *r = (struct svg_rows *)rows;

    if (r->board)
        munmap(r->board, r->board_bytes);
    free(r);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static int open_rows(struct sl__rows **rows, const struct sl__input *input,
                     struct sl__picture *picture, uint32_t width, uint32_t height)
{
    struct svg_rows *r = calloc(1, sizeof *r);
    int rc;

    if (!r)
        return sl__fail_memory(input);
    width = smaller(width, picture->width);
    height = smaller(height, picture->height);
    r->rows = (struct sl__rows){
        .input = input,
        .width = width,
        .height = height,
        .extent_x = width,
        .extent_y = height,
        .space = SL__RGB,
        .alpha = true,
        .next = next,
        .close = close_rows,
    };
    r->board_bytes = sizeof *r->board + (size_t)width * height * 4;
    r->board = board_new(r->board_bytes);
    rc = r->board ? run(input, draw, r->board, width, height) : sl__fail_memory(input);
    if (rc != 0) {
        close_rows(&r->rows);
        return rc;
    }
    *rows = &r->rows;
    return 0;
}

SL_API extern const struct sl__picture_module sl__picture_module;
const struct sl__picture_module sl__picture_module = {
    .module = SL__MODULE,
    .codec = {.probe = probe, .open = open_rows},
};
