/*
 * The video module, with videos that ffmpeg makes: what it copies, where it cuts, and what it says
 * of what it cannot copy. What came out is read back with ffprobe.
 */
#include <fcntl.h>
#include <math.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/video.h"
#include "place.h"
#include "video_module.h"
#include "videos.h"

#define MOST_RESIDENT (1L << 20) /* kilobytes */

static atomic_bool cancelled;
static uint64_t told, told_of;

static void on_progress(uint64_t done, uint64_t total, void *context)
{
    (void)context;
    told = done;
    told_of = total;
}

/* Without what a test is about. */
static void leave_out(const char *why)
{
    printf("SKIPPED: %s\n", why);
    remove_place(NULL);
    exit(77);
}

static const struct sl__video_module *module(void)
{
    struct sl_error error = SL_ERROR_INIT;
    const struct sl__video_module *found = sl__video_module_open(&error);
    if (!found && strstr(error.message, "this build has not"))
        leave_out("this build has no video module");
    if (!found)
        fail_msg("%s", error.message);
    return found;
}

/* One video that is cut, and the limits, which a test may change before. */
struct cutting {
    const struct sl__video_module *module;
    struct sl__cut_source source;
    struct sl__cut_limits limits;
    struct sl__cutter *cutter;
    const struct sl__cut_part *parts;
    size_t count;
    struct sl_error error;
};

static void begin(struct cutting *cutting, const char *name)
{
    *cutting = (struct cutting){
        .module = module(),
        .limits = {.whole_seconds = 300, .part_seconds = 120, .bytes = 128000000, .count = 100}};
    struct stat status;
    int fd = open(in_place(name), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &status), 0);
    cutting->source = (struct sl__cut_source){.fd = fd,
                                              .len = (uint64_t)status.st_size,
                                              .name = name,
                                              .cancel = &cancelled,
                                              .progress = on_progress};
    atomic_store(&cancelled, false);
}

static int plan(struct cutting *cutting)
{
    int code = cutting->module->open(&cutting->cutter, &cutting->source, &cutting->limits,
                                     &cutting->error);
    if (!code)
        cutting->parts = cutting->module->parts(cutting->cutter, &cutting->count);
    return code;
}

static void end(struct cutting *cutting)
{
    cutting->module->close(cutting->cutter);
    close(cutting->source.fd);
}

/* Writes all parts to part0.mp4, part1.mp4, …; each is within the limits by its own index. */
static void write_parts(struct cutting *cutting)
{
    for (size_t i = 0; i < cutting->count; i++) {
        struct sl__video video;
        struct stat status;
        char name[32];
        snprintf(name, sizeof name, "part%zu.mp4", i);
        int fd = open(in_place(name), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (cutting->module->write(cutting->cutter, i, fd, &cutting->error))
            fail_msg("%s: %s", name, cutting->error.message);
        assert_int_equal(fstat(fd, &status), 0);
        if (sl__mp4_probe(&video, fd, (uint64_t)status.st_size, name, &cutting->error))
            fail_msg("%s", cutting->error.message);
        if (fabs(video.seconds - cutting->parts[i].seconds) >
            (cutting->source.transcode ? 1 : 0.15))
            fail_msg("%s lasts %f instead of %f s", name, video.seconds, cutting->parts[i].seconds);
        assert_true(video.seconds <= (cutting->count > 1 ? cutting->limits.part_seconds
                                                         : cutting->limits.whole_seconds));
        assert_true((uint64_t)status.st_size < cutting->limits.bytes);
        close(fd);
    }
}

static void cut_all(struct cutting *cutting, const char *name)
{
    begin(cutting, name);
    if (plan(cutting))
        fail_msg("%s", cutting->error.message);
    write_parts(cutting);
}

static void cut(const char *name, size_t count)
{
    struct cutting cutting;
    cut_all(&cutting, name);
    assert_int_equal(cutting.count, count);
    end(&cutting);
}

/* Runs ffmpeg in the place, or skips the test where there is none. */
static void ffmpeg(const char *arguments)
{
    char command[1024];
    if (system("command -v ffmpeg ffprobe >/dev/null") != 0)
        leave_out("ffmpeg is not installed");
    snprintf(command, sizeof command, "cd '%s' && ffmpeg -nostdin -v error -y %s", place,
             arguments);
    if (system(command) != 0)
        fail_msg("%s", command);
}

#define PICTURES(seconds) "-f lavfi -i testsrc=size=64x48:rate=5:duration=" #seconds " "
#define LONG_PICTURES "-f lavfi -i testsrc=size=64x48:rate=1:duration=310 "
#define SOUND(seconds) "-f lavfi -i sine=duration=" #seconds " "
#define H264 "-c:v libx264 -preset ultrafast "

/* A number that ffprobe says of a file in the place. */
static double probe(const char *name, const char *what)
{
    char command[512], line[128] = "";
    snprintf(command, sizeof command, "ffprobe -v error %s -of csv=p=0 '%s' | head -n 1", what,
             in_place(name));
    FILE *out = popen(command, "r");
    assert_non_null(out);
    if (!fgets(line, sizeof line, out))
        line[0] = '\0';
    pclose(out);
    return strtod(line, NULL);
}

static double packets(const char *name, const char *stream)
{
    char what[128];
    snprintf(what, sizeof what,
             "-count_packets -select_streams %s -show_entries "
             "stream=nb_read_packets",
             stream);
    return probe(name, what);
}

/* The sums of the packets' checksums, which a copy keeps. */
static void same_packets(const char *original, size_t count)
{
    for (int i = 0; i < 2; i++) {
        const char *stream = i ? "a:0" : "v:0";
        char command[1024];
        snprintf(command, sizeof command,
                 "cd '%s' && sums() { ffprobe -v error -select_streams %s -show_data_hash MD5 "
                 "-show_entries packet=data_hash -of csv=p=0 \"$1\" | grep -o 'MD5:[0-9a-f]*' || "
                 ":; } && "
                 "for n in $(seq 0 %zu); do sums part$n.mp4; done >parts.txt && "
                 "sums '%s' >whole.txt && test -s whole.txt && cmp -s parts.txt whole.txt",
                 place, stream, count - 1, original);
        if (system(command) != 0)
            fail_msg("%s: not the packets of %s, once and in their order", original, stream);
    }
}

static void each_part_begins(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32], word[8] = "";
        snprintf(name, sizeof name, "part%zu.mp4", i);
        assert_true(fabs(probe(name, "-show_entries format=start_time")) < 0.03);
        assert_true(fabs(probe(name, "-select_streams v -show_entries stream=start_time")) < 0.1);
        char command[512];
        snprintf(command, sizeof command,
                 "ffprobe -v error -select_streams v -show_entries packet=flags -of csv=p=0 '%s'",
                 in_place(name));
        FILE *out = popen(command, "r");
        assert_non_null(fgets(word, sizeof word, out));
        pclose(out);
        assert_int_equal(word[0], 'K');
        snprintf(command, sizeof command,
                 "cd '%s' && ffmpeg -nostdin -v error -i %s -f null - "
                 "2>&1 | grep -q .",
                 place, name);
        if (system(command) == 0)
            fail_msg("%s: ffmpeg finds something wrong with it", name);
    }
}

/* Matroska becomes one MP4 with the same packets. */
static void a_short_video_stays_whole(void **state)
{
    (void)state;
    struct cutting cutting;
    ffmpeg(PICTURES(20) SOUND(20) H264 "-g 25 -bf 2 -c:a libopus clip.mkv");
    cut_all(&cutting, "clip.mkv");
    assert_int_equal(cutting.count, 1);
    assert_true(told > 0 && told_of == cutting.parts[0].bytes);
    end(&cutting);
    same_packets("clip.mkv", 1);
    each_part_begins(1);
}

static void check_long(const char *name)
{
    struct cutting cutting;
    cut_all(&cutting, name);
    assert_int_equal(cutting.count, 3);
    double at = 0;
    for (size_t i = 0; i < cutting.count; i++) { /* key frames every five seconds */
        assert_true(fabs(cutting.parts[i].start - at) < 0.05);
        assert_true(i == 2 || fabs(cutting.parts[i].seconds - 115) < 0.05);
        at += cutting.parts[i].seconds;
    }
    assert_true(fabs(at - 310) < 1.1);
    end(&cutting);
    same_packets(name, 3);
    each_part_begins(3);
}

/* The same video in this container. */
static void make_long(const char *name)
{
    char arguments[128];
    ffmpeg(LONG_PICTURES SOUND(310) H264 "-g 5 -bf 2 -c:a aac -aac_coder fast -b:a 16k long.mp4");
    snprintf(arguments, sizeof arguments, "-i long.mp4 -c copy %s", name);
    if (strcmp(name, "long.mp4") != 0)
        ffmpeg(arguments);
}

static void a_long_mp4_is_cut_at_key_frames(void **state)
{
    (void)state;
    make_long("long.mp4");
    check_long("long.mp4");
}

static void a_long_matroska_is_cut_at_key_frames(void **state)
{
    (void)state;
    make_long("long.mkv");
    check_long("long.mkv");
}

/* Its packets have other heads than those of an MP4. */
static void a_long_transport_stream_is_cut_at_key_frames(void **state)
{
    (void)state;
    struct cutting cutting;
    make_long("long.ts");
    cut_all(&cutting, "long.ts");
    assert_int_equal(cutting.count, 3);
    double sum = packets("part0.mp4", "v:0") + packets("part1.mp4", "v:0");
    assert_true(sum + packets("part2.mp4", "v:0") == 310);
    each_part_begins(3);
    end(&cutting);
}

/* Three seconds between sound and pictures, in the file: each goes where it belongs in time. */
static void sound_far_from_its_pictures(void **state)
{
    (void)state;
    struct cutting cutting;
    ffmpeg(PICTURES(30) H264 "-g 5 pictures.mp4");
    ffmpeg(SOUND(30) "-c:a aac sound.mp4");
    ffmpeg("-i pictures.mp4 -i sound.mp4 -map 0:v -map 1:a -c copy -max_interleave_delta 0 "
           "-muxpreload 3 -cluster_time_limit 3000 far.mkv");
    begin(&cutting, "far.mkv");
    cutting.limits.whole_seconds = 20;
    cutting.limits.part_seconds = 8;
    assert_int_equal(plan(&cutting), 0);
    assert_int_equal(cutting.count, 5);
    write_parts(&cutting);
    end(&cutting);
    same_packets("far.mkv", 5);
}

static void sound_that_ends_early(void **state)
{
    (void)state;
    struct cutting cutting;
    ffmpeg(PICTURES(30) SOUND(4) H264 "-g 5 -c:a aac short.mkv");
    begin(&cutting, "short.mkv");
    cutting.limits.whole_seconds = 20;
    cutting.limits.part_seconds = 10;
    assert_int_equal(plan(&cutting), 0);
    write_parts(&cutting);
    end(&cutting);
    same_packets("short.mkv", cutting.count);
}

static void without_sound(void **state)
{
    (void)state;
    ffmpeg(LONG_PICTURES H264 "-g 10 mute.mp4");
    cut("mute.mp4", 3);
}

static void same_part(struct cutting *cutting, size_t at)
{
    char command[512];
    int fd = open(in_place("again.mp4"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (cutting->module->write(cutting->cutter, at, fd, &cutting->error))
        fail_msg("part %zu: %s", at, cutting->error.message);
    close(fd);
    snprintf(command, sizeof command, "cd '%s' && cmp again.mp4 part%zu.mp4", place, at);
    assert_int_equal(system(command), 0);
}

/* Whoever wants one again gets the same bytes: what was stored of it can be used. */
static void a_part_is_the_same_each_time(void **state)
{
    static const char *const names[] = {"long.mp4", "long.mkv", "long.ts"};
    static const size_t order[] = {1, 1, 2, 0, 2};
    (void)state;
    ffmpeg(LONG_PICTURES SOUND(300) H264 "-g 5 -bf 2 -c:a aac -b:a 16k long.mp4");
    ffmpeg("-i long.mp4 -c copy long.mkv");
    ffmpeg("-i long.mp4 -c copy long.ts");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct cutting cutting;
        cut_all(&cutting, names[i]);
        assert_int_equal(cutting.count, 3);
        for (size_t k = 0; k < sizeof order / sizeof *order; k++)
            same_part(&cutting, order[k]);
        end(&cutting);
    }
}

/* A part may also have too many bytes. */
static void bytes_are_limited_too(void **state)
{
    (void)state;
    struct cutting cutting;
    ffmpeg(PICTURES(60) SOUND(60) H264 "-g 5 -c:a aac -b:a 32k big.mkv");
    begin(&cutting, "big.mkv");
    cutting.limits.bytes = cutting.source.len / 4;
    assert_int_equal(plan(&cutting), 0);
    assert_true(cutting.count >= 4);
    write_parts(&cutting);
    end(&cutting);
    same_packets("big.mkv", cutting.count);
}

static void codecs_that_can_be_copied(void **state)
{
    static const char *const arguments[] = {
        PICTURES(6) SOUND(6) "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -c:a libopus c.webm",
        PICTURES(6) SOUND(6) "-c:v mpeg4 -c:a libmp3lame c.avi",
        PICTURES(6) SOUND(6) "-c:v mpeg4 -c:a ac3 c.mkv",
        PICTURES(6) "-c:v libx265 -x265-params log-level=none c.mov",
    };
    static const char *const names[] = {"c.webm", "c.avi", "c.mkv", "c.mov"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ffmpeg(arguments[i]);
        cut(names[i], 1);
        assert_true(packets("part0.mp4", "v:0") == 30);
        each_part_begins(1);
    }
}

/* What is short is not read through for its plan: some of it is found when it is written. */
static int try_all(struct cutting *cutting, const char *name)
{
    begin(cutting, name);
    int code = plan(cutting);
    FILE *part = tmpfile();
    if (!code)
        code = cutting->module->write(cutting->cutter, 0, fileno(part), &cutting->error);
    fclose(part);
    end(cutting);
    return code;
}

static void refuse(const char *name, int code, const char *words)
{
    struct cutting cutting;
    int is = try_all(&cutting, name);
    if (is != code || !strstr(cutting.error.message, words))
        fail_msg("%s: %d “%s”", name, is, cutting.error.message);
    assert_int_equal(strncmp(cutting.error.message, name, strlen(name)), 0);
}

static void code_all(struct cutting *cutting, const char *name)
{
    begin(cutting, name);
    cutting->source.transcode = true;
    cutting->limits.whole_seconds = 15;
    cutting->limits.part_seconds = 10;
    if (plan(cutting))
        fail_msg("%s", cutting->error.message);
    write_parts(cutting);
}

/* What ffprobe says of a stream, as "h264,yuv420p". */
static void is_coded_as(const char *name, const char *stream, const char *what)
{
    char command[512], line[128] = "";
    snprintf(command, sizeof command,
             "ffprobe -v error -select_streams %s -show_entries stream=codec_name,pix_fmt "
             "-of csv=p=0 '%s'",
             stream, in_place(name));
    FILE *out = popen(command, "r");
    assert_non_null(fgets(line, sizeof line, out));
    pclose(out);
    assert_memory_equal(line, what, strlen(what));
}

/* Every second of the original is in one part, and no second is in two of them. */
static void code_in_parts(const char *name, const char *options)
{
    struct cutting cutting;
    char arguments[512];
    double shown = 0, heard = 0;
    snprintf(arguments, sizeof arguments, PICTURES(26) SOUND(26) "%s %s", options, name);
    ffmpeg(arguments);
    code_all(&cutting, name);
    assert_int_equal(cutting.count, 3);
    for (size_t part = 0; part < 3; part++) {
        char file[32];
        snprintf(file, sizeof file, "part%zu.mp4", part);
        is_coded_as(file, "v", "h264,yuv420p");
        shown += probe(file, "-select_streams v -show_entries stream=duration");
        heard += probe(file, "-select_streams a -show_entries stream=duration");
    }
    if (fabs(shown - 26) > 1.5 || fabs(heard - 26) > 1.5)
        fail_msg("%s: %f s are shown and %f s are heard", name, shown, heard);
    each_part_begins(3);
    same_part(&cutting, 1);
    same_part(&cutting, 0);
    end(&cutting);
}

static void old_webm_is_coded_anew(void **state)
{
    (void)state;
    code_in_parts("old.webm", "-c:v libvpx -cpu-used 8 -deadline realtime -g 7 -c:a libvorbis");
}

static void mpeg_2_is_coded_anew(void **state)
{
    (void)state;
    code_in_parts("old.mpg", "-r 25 -c:v mpeg2video -c:a mp2");
}

static void a_recording_of_television_is_coded_anew(void **state)
{
    (void)state;
    code_in_parts("old.ts", "-r 25 -c:v mpeg2video -bf 2 -c:a mp2");
}

static void flash_is_coded_anew(void **state)
{
    (void)state;
    code_in_parts("old.flv", "-c:v flv1 -r 25 -ar 22050 -c:a libmp3lame");
}

static void windows_media_is_coded_anew(void **state)
{
    (void)state;
    code_in_parts("old.wmv", "-c:v wmv2 -r 25 -c:a wmav2");
}

static void pictures_of_a_camera_are_coded_anew(void **state)
{
    (void)state;
    code_in_parts("old.avi", "-c:v mjpeg -c:a pcm_s16le");
}

/* The picture at this second of a video, in few levels of grey: coding leaves them as they were. */
static void show_at(const char *name, double second, unsigned char shown[64])
{
    char command[512];
    snprintf(
        command, sizeof command,
        "ffmpeg -nostdin -v error -ss %f -i '%s' -frames:v 1 -vf scale=8:8:flags=area,format=gray "
        "-f rawvideo -",
        second, in_place(name));
    FILE *out = popen(command, "r");
    assert_int_equal(fread(shown, 1, 64, out), 64);
    pclose(out);
}

static void the_pictures_are_those_of_their_time(void **state)
{
    struct cutting cutting;
    (void)state;
    ffmpeg(PICTURES(26) "-c:v libvpx -cpu-used 8 -deadline realtime -g 50 old.webm");
    code_all(&cutting, "old.webm");
    for (size_t part = 0; part < 3; part++) {
        char name[32];
        unsigned char is[64], was[64];
        snprintf(name, sizeof name, "part%zu.mp4", part);
        show_at(name, 3.5, is);
        show_at("old.webm", cutting.parts[part].start + 3.5, was);
        for (size_t i = 0; i < 64; i++)
            if (abs(is[i] - was[i]) > 8)
                fail_msg("part %zu: %d instead of %d at %zu", part, is[i], was[i], i);
    }
    end(&cutting);
}

/* Sound alone is coded anew where that is enough. */
static void pictures_are_copied_beside_other_sound(void **state)
{
    static const char *const arguments[] = {
        PICTURES(6) SOUND(6) H264 "-bf 2 -c:a pcm_s16le -ac 1 raw.mov",
        PICTURES(6) SOUND(6) H264 "-c:a libvorbis -ac 6 raw.mkv",
        PICTURES(6) SOUND(6) "-c:v mpeg4 -c:a pcm_s24le -ar 96000 -ac 2 raw.avi",
    };
    static const char *const names[] = {"raw.mov", "raw.mkv", "raw.avi"};
    static const int channels[] = {1, 2, 2};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct cutting cutting;
        char command[512];
        ffmpeg(arguments[i]);
        code_all(&cutting, names[i]);
        end(&cutting);
        is_coded_as("part0.mp4", "a", "aac");
        assert_int_equal(probe("part0.mp4", "-select_streams a -show_entries stream=channels"),
                         channels[i]);
        assert_true(
            fabs(probe("part0.mp4", "-select_streams a -show_entries stream=duration") - 6) < 0.1);
        snprintf(command, sizeof command,
                 "cd '%s' && for file in %s part0.mp4; do ffprobe -v error -select_streams v "
                 "-show_data_hash MD5 -show_entries packet=data_hash -of csv=p=0 $file | "
                 "grep -o 'MD5:[0-9a-f]*' >$file.sums; done; cmp %s.sums part0.mp4.sums",
                 place, names[i], names[i]);
        if (system(command) != 0)
            fail_msg("%s: its pictures were not copied", names[i]);
        each_part_begins(1);
    }
}

/* Where a part would have no key frame to begin with, it gets one. */
static void key_frames_are_put_where_there_are_none(void **state)
{
    struct cutting cutting;
    (void)state;
    ffmpeg(PICTURES(26) SOUND(26) H264 "-g 1000 -sc_threshold 0 -c:a aac rare.mp4");
    code_all(&cutting, "rare.mp4");
    assert_int_equal(cutting.count, 3);
    each_part_begins(3);
    assert_true(probe("part2.mp4", "-select_streams v -count_packets -show_entries "
                                   "stream=nb_read_packets") > 20);
    end(&cutting);
}

static void large_pictures_become_smaller(void **state)
{
    struct cutting cutting;
    (void)state;
    ffmpeg("-f lavfi -i testsrc=size=2561x1441:rate=60:duration=0.5 -c:v mjpeg wide.avi");
    code_all(&cutting, "wide.avi");
    end(&cutting);
    assert_int_equal(probe("part0.mp4", "-select_streams v -show_entries stream=width"), 1920);
    assert_int_equal(probe("part0.mp4", "-select_streams v -show_entries stream=height"), 1080);
    double count =
        probe("part0.mp4", "-count_packets -select_streams v -show_entries stream=nb_read_packets");
    assert_true(count >= 14 && count <= 16);
}

/* Four times the limit is what these pictures would have at the quality of others. A coder that
 * keeps to it by what its other threads have done so far does not write the same twice. */
static void the_rate_is_limited_in_the_same_way_each_time(void **state)
{
    struct cutting cutting;
    struct stat status;
    (void)state;
    ffmpeg("-f lavfi -i testsrc2=size=480x270:rate=30:duration=8 -vf noise=alls=60:allf=t "
           "-c:v mjpeg -q:v 2 noise.avi");
    code_all(&cutting, "noise.avi");
    assert_int_equal(stat(in_place("part0.mp4"), &status), 0);
    assert_true(status.st_size >= 2000000 && status.st_size <= 6000000); /* 3 Mbit/s are 3 MB */
    same_part(&cutting, 0);
    end(&cutting);
}

static void a_cancelled_coding_ends_at_once(void **state)
{
    struct cutting cutting;
    (void)state;
    ffmpeg(PICTURES(20) "-c:v libvpx -cpu-used 8 -deadline realtime old.webm");
    begin(&cutting, "old.webm");
    cutting.source.transcode = true;
    assert_int_equal(plan(&cutting), 0);
    atomic_store(&cancelled, true);
    FILE *file = tmpfile();
    assert_int_equal(cutting.module->write(cutting.cutter, 0, fileno(file), &cutting.error),
                     SL_E_CANCELLED);
    fclose(file);
    end(&cutting);
}

static void what_cannot_be_copied_is_refused(void **state)
{
    (void)state;
    ffmpeg(PICTURES(2) "-c:v libvpx old.webm");
    refuse("old.webm", SL_E_UNSUPPORTED,
           "(its pictures are coded as vp8); set “video.transcode” to true in the configuration, "
           "or convert it: ffmpeg -i old.webm -c:v libx264 -c:a aac "
           "old.mp4");
    ffmpeg(PICTURES(2) SOUND(2) H264 "-c:a pcm_s16le raw.mov");
    refuse("raw.mov", SL_E_UNSUPPORTED,
           "(its sound is coded as pcm_s16le); set “video.transcode” to true in the configuration, "
           "or convert it: ffmpeg -i raw.mov -c:v copy -c:a aac "
           "raw.mp4");
    ffmpeg(SOUND(2) "-c:a aac sound.mp4");
    refuse("sound.mp4", SL_E_UNSUPPORTED, "no moving pictures");
    ffmpeg(PICTURES(2) "-c:v mjpeg 'its; $(touch x).avi'");
    refuse("its; $(touch x).avi", SL_E_UNSUPPORTED, "ffmpeg -i 'its; $(touch x).avi' -c:v");
}

/* It is 1.4 KB, and announces samples that would take 3 GB; newer FFmpegs do not believe it. */
static void a_bomb_of_samples(void **state)
{
    char command[1024];
    struct cutting cutting;
    struct rusage usage;
    (void)state;
    snprintf(command, sizeof command, "cp '%s/cutter/samples.mp4' '%s'", SAMPLE_DIRECTORY, place);
    assert_int_equal(system(command), 0);
    int code = try_all(&cutting, "samples.mp4");
    assert_true(code == SL_E_NOMEM || code == SL_E_CORRUPT);
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
#ifdef __linux__
    assert_true(usage.ru_maxrss < MOST_RESIDENT);
#endif
}

static void key_frames_too_far_apart(void **state)
{
    (void)state;
    ffmpeg(LONG_PICTURES H264 "-g 100000 -keyint_min 100000 -sc_threshold 0 rare.mp4");
    refuse("rare.mp4", SL_E_UNSUPPORTED,
           "(after 0:00 it has no key frame to cut it at within 120 seconds and 128 MB); set "
           "“video.transcode” to true in the configuration, or convert it: ffmpeg -i rare.mp4 -c:v "
           "libx264 -force_key_frames 'expr:gte(t,n_forced*10)' -c:a "
           "aac rare-new.mp4");
}

static void damaged_videos(void **state)
{
    static const struct {
        double part;
        int code;
    } rows[] = {{0.5, SL_E_CORRUPT}, {0.001, SL_E_CORRUPT}};
    (void)state;
    ffmpeg(PICTURES(60) SOUND(60) H264 "-g 5 -c:a aac whole.mkv");
    struct stat status;
    assert_int_equal(stat(in_place("whole.mkv"), &status), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[256];
        snprintf(command, sizeof command, "head -c %ld '%s' >'%s'",
                 (long)((double)status.st_size * rows[i].part), in_place("whole.mkv"),
                 in_place("cut.mkv"));
        assert_int_equal(system(command), 0);
        refuse("cut.mkv", rows[i].code, "cut short");
    }
}

/* A playlist, or a list of files, would have the library open what it names. */
static void copy_damaged(const char *from, const char *to, long flip, int bit, long len)
{
    FILE *in = fopen(in_place(from), "rb"), *out = fopen(in_place(to), "wb");
    assert_true(in && out);
    int c;
    for (long at = 0; at < len && (c = fgetc(in)) != EOF; at++)
        fputc(at == flip ? c ^ 1 << bit : c, out);
    fclose(in);
    fclose(out);
}

static int take_any(const struct sl__frame *frame, void *context)
{
    (void)context;
    return frame->width > 4096 || frame->height > 4096 ? SL_E_TOO_LARGE : 0;
}

/* Whatever is done with it comes to an end, with a sentence about the file where it fails. */
static void use_damaged(const char *name)
{
    static const struct sl__frame_choice choice = {.most = 4, .scenes = true};
    for (int way = 0; way < 3; way++) {
        struct cutting cutting;
        begin(&cutting, name);
        cutting.source.transcode = way > 0;
        cutting.limits.whole_seconds = 4;
        cutting.limits.part_seconds = 3;
        int code = way == 2 ? cutting.module->frames(&cutting.source, &choice, take_any, NULL,
                                                     &cutting.error)
                            : plan(&cutting);
        FILE *part = tmpfile();
        for (size_t i = 0; !code && i < cutting.count; i++)
            code = cutting.module->write(cutting.cutter, i, fileno(part), &cutting.error);
        fclose(part);
        if (code && (code != cutting.error.code || strncmp(cutting.error.message, name, 4) != 0))
            fail_msg("%s: %d “%s”", name, code, cutting.error.message);
        end(&cutting);
    }
}

static void bits_that_are_wrong(const char *name, const char *options)
{
    enum { PLACES = 24 };
    char arguments[256];
    struct stat status;
    snprintf(arguments, sizeof arguments, PICTURES(6) SOUND(6) "%s %s", options, name);
    ffmpeg(arguments);
    assert_int_equal(stat(in_place(name), &status), 0);
    for (long i = 0; i < PLACES; i++) { /* most of them where the heads and the index are */
        long at = i < PLACES / 3       ? i * 37
                  : i < PLACES * 2 / 3 ? status.st_size - (i - PLACES / 3 + 1) * 61
                                       : status.st_size / PLACES * i;
        copy_damaged(name, "bits", at, (int)(i % 8), status.st_size);
        use_damaged("bits");
    }
    for (long i = 1; i < 8; i++) {
        copy_damaged(name, "bits", -1, 0, status.st_size * i / 8);
        use_damaged("bits");
    }
}

static void a_damaged_mp4_is_no_end(void **state)
{
    (void)state;
    bits_that_are_wrong("clip.mp4", H264 "-g 5 -c:a aac");
}

static void a_damaged_mov_is_no_end(void **state)
{
    (void)state;
    bits_that_are_wrong("clip.mov", H264 "-g 5 -c:a pcm_s16le");
}

static void a_damaged_matroska_is_no_end(void **state)
{
    (void)state;
    bits_that_are_wrong("clip.mkv", "-c:v mpeg2video -r 25 -g 12 -c:a libvorbis");
}

static void no_other_file_is_opened(void **state)
{
    (void)state;
    ffmpeg(PICTURES(2) H264 "secret.mp4");
    put_file("list.mp4", "ffconcat version 1.0\nfile secret.mp4\n", 0600);
    refuse("list.mp4", SL_E_UNSUPPORTED, "cannot be copied");
    put_file("play.mp4",
             "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nsecret.mp4\n"
             "#EXT-X-ENDLIST\n",
             0600);
    /* Newer libraries do not even take it for a playlist. */
    struct cutting cutting;
    int code = try_all(&cutting, "play.mp4");
    assert_true(code == SL_E_UNSUPPORTED || code == SL_E_CORRUPT);
}

static void a_cancelled_one_ends_at_once(void **state)
{
    (void)state;
    struct cutting cutting;
    ffmpeg(LONG_PICTURES H264 "-g 5 long.mp4");
    begin(&cutting, "long.mp4");
    atomic_store(&cancelled, true);
    assert_int_equal(plan(&cutting), SL_E_CANCELLED);
    end(&cutting);
    begin(&cutting, "long.mp4");
    assert_int_equal(plan(&cutting), 0);
    atomic_store(&cancelled, true);
    FILE *file = tmpfile();
    assert_int_equal(cutting.module->write(cutting.cutter, 0, fileno(file), &cutting.error),
                     SL_E_CANCELLED);
    fclose(file);
    end(&cutting);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct cutting cutting;
    ffmpeg(PICTURES(20) H264 "clip.mkv");
    begin(&cutting, "clip.mkv");
    assert_int_equal(plan(&cutting), 0);
    int full = open("/dev/full", O_RDWR | O_CLOEXEC);
    if (full < 0)
        leave_out("there is no /dev/full");
    assert_int_equal(cutting.module->write(cutting.cutter, 0, full, &cutting.error), SL_E_IO);
    assert_non_null(strstr(cutting.error.message, "no room for a part of it in the temporary"));
    close(full);
    end(&cutting);
}

static void too_many_parts(void **state)
{
    (void)state;
    struct cutting cutting;
    ffmpeg(PICTURES(60) H264 "-g 5 clip.mkv");
    begin(&cutting, "clip.mkv");
    cutting.limits.whole_seconds = 20;
    cutting.limits.part_seconds = 6;
    cutting.limits.count = 4;
    assert_int_equal(plan(&cutting), SL_E_TOO_LARGE);
    assert_non_null(strstr(cutting.error.message, "more than 4 parts; cut it"));
    end(&cutting);
}

/* What came of a video whose pictures become lighter by one grey a second. */
struct frames {
    size_t count;
    double seconds[8], of, grey[8];
    unsigned orientation;
    int code; /* what the fourth is answered with */
};

static int take_frame(const struct sl__frame *frame, void *context)
{
    struct frames *frames = context;
    assert_int_equal(frame->width, 64);
    assert_int_equal(frame->height, 48);
    const unsigned char *middle = frame->rgb + 24 * frame->stride + (size_t)32 * 3;
    frames->grey[frames->count] = middle[1];
    frames->seconds[frames->count++] = frame->seconds;
    frames->of = frame->of;
    frames->orientation = frame->orientation;
    return frames->count == 4 ? frames->code : 0;
}

static const struct sl__frame_choice eight = {.most = 8}, one = {.most = 1};

#define LIGHTER                                                                                    \
    "-f lavfi -i "                                                                                 \
    "\"color=black:size=64x48:rate=5:duration=200,geq=lum='16+floor(T)':cb=128:cr=128\" "

static void pictures_taken_evenly(void **state)
{
    static const char *const names[] = {"clip.mp4", "clip.ts", "clip.webm", "clip.avi"};
    static const char *const codecs[] = {H264 "-crf 1 -g 300 -bf 2", H264 "-crf 1 -g 300",
                                         "-c:v libvpx -crf 4 -b:v 4M -deadline realtime",
                                         "-c:v mjpeg -q:v 1"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct cutting cutting;
        struct frames frames = {0};
        char arguments[512];
        snprintf(arguments, sizeof arguments, LIGHTER "%s %s", codecs[i], names[i]);
        ffmpeg(arguments);
        begin(&cutting, names[i]);
        if (cutting.module->frames(&cutting.source, &eight, take_frame, &frames, &cutting.error))
            fail_msg("%s: %s", names[i], cutting.error.message);
        assert_int_equal(frames.count, 8);
        assert_true(fabs(frames.of - 200) < 1);
        for (size_t k = 0; k < 8; k++) {
            assert_true(fabs(frames.seconds[k] - (12.5 + 25 * (double)k)) < 0.5);
            double is = frames.grey[k] * 219 / 255; /* from black at 16 to white at 235 */
            if (fabs(is - frames.seconds[k]) > 3)
                fail_msg("%s: at %.1f s is the picture of %.1f s", names[i], frames.seconds[k], is);
        }
        end(&cutting);
    }
}

static void take_frames(const char *name, struct sl__frame_choice choice, struct frames *frames)
{
    struct cutting cutting;
    *frames = (struct frames){0};
    begin(&cutting, name);
    if (cutting.module->frames(&cutting.source, &choice, take_frame, frames, &cutting.error))
        fail_msg("%s: %s", name, cutting.error.message);
    end(&cutting);
}

/* Scenes of 7, 3, 20, 2 and 8 seconds. */
#define SCENES                                                                                     \
    "-f lavfi -i \"color=white:size=64x48:rate=5:duration=40,drawbox=enable='lt(t,7)':c=black:t="  \
    "fill,drawbox=enable='between(t,10,29.9)':c=0x404040:t=fill,drawbox=enable='gte(t,32)':w=32:"  \
    "c="                                                                                           \
    "black:t=fill\" "

static void pictures_where_the_scene_changes(void **state)
{
    static const double times[] = {0, 7, 10, 30, 32};
    static const char *const options[] = {H264 "s.mp4", H264 "-g 1000 -sc_threshold 0 s.mp4",
                                          H264 "-g 1000 -sc_threshold 0 s.ts"};
    static const char *const names[] = {"s.mp4", "s.mp4", "s.ts"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char arguments[512];
        struct frames frames;
        snprintf(arguments, sizeof arguments, SCENES "%s", options[i]);
        ffmpeg(arguments);
        take_frames(names[i], (struct sl__frame_choice){.most = 5, .scenes = true}, &frames);
        assert_int_equal(frames.count, 5);
        for (size_t k = 0; k < 5; k++)
            if (fabs(frames.seconds[k] - times[k]) > 0.21)
                fail_msg("%s: %f instead of %f", options[i], frames.seconds[k], times[k]);
        assert_true(frames.grey[0] < 30 && frames.grey[1] > 220 && frames.grey[3] > 220);
        /* What there is less of than is wanted leaves its pictures to the longest scenes. */
        take_frames(names[i], (struct sl__frame_choice){.most = 7, .scenes = true}, &frames);
        assert_int_equal(frames.count, 7);
        assert_true(fabs(frames.seconds[3] - 15) < 0.3 && fabs(frames.seconds[4] - 20) < 0.3);
    }
}

static void pictures_of_what_never_changes(void **state)
{
    (void)state;
    struct frames frames;
    ffmpeg("-f lavfi -i color=gray:size=64x48:rate=5:duration=40 " H264 "still.mkv");
    take_frames("still.mkv", (struct sl__frame_choice){.most = 4, .scenes = true}, &frames);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(frames.seconds[i] - 10 * (double)i) < 0.3);
    take_frames("still.mkv", (struct sl__frame_choice){.most = 8, .rate = 0.1}, &frames);
    assert_int_equal(frames.count, 4);
    take_frames("still.mkv", (struct sl__frame_choice){.most = 3, .rate = 5}, &frames);
    assert_int_equal(frames.count, 3);
}

/* How a phone was held is kept. */
static void a_turned_video_stays_turned(void **state)
{
    (void)state;
    ffmpeg(PICTURES(2) H264 "upright.mp4");
    ffmpeg("-i upright.mp4 -c copy -metadata:s:v rotate=90 turned.mov");
    if (probe("turned.mov", "-show_entries stream_side_data=rotation") == 0)
        ffmpeg("-display_rotation 90 -i upright.mp4 -c copy turned.mov");
    double rotation = probe("turned.mov", "-show_entries stream_side_data=rotation");
    assert_true(fabs(rotation) == 90);
    cut("turned.mov", 1);
    assert_true(probe("part0.mp4", "-show_entries stream_side_data=rotation") == rotation);
    struct cutting cutting;
    struct frames frames = {0};
    begin(&cutting, "turned.mov");
    assert_int_equal(
        cutting.module->frames(&cutting.source, &one, take_frame, &frames, &cutting.error), 0);
    assert_int_equal(frames.orientation, rotation < 0 ? 6 : 8);
    end(&cutting);
}

static void pictures_that_are_not_wanted(void **state)
{
    (void)state;
    struct cutting cutting;
    struct frames frames = {.code = SL_E_TOO_LARGE};
    ffmpeg(PICTURES(20) H264 "-g 25 clip.mkv");
    begin(&cutting, "clip.mkv");
    assert_int_equal(
        cutting.module->frames(&cutting.source, &eight, take_frame, &frames, &cutting.error),
        SL_E_TOO_LARGE);
    assert_int_equal(frames.count, 4);
    atomic_store(&cancelled, true);
    assert_int_equal(
        cutting.module->frames(&cutting.source, &eight, take_frame, &frames, &cutting.error),
        SL_E_CANCELLED);
    end(&cutting);
    ffmpeg(PICTURES(60) H264 "-g 25 whole.mkv");
    assert_int_equal(system("cd \"$HOME\" && head -c 40000 whole.mkv >half.mkv"), 0);
    begin(&cutting, "half.mkv");
    frames = (struct frames){0};
    assert_int_equal(
        cutting.module->frames(&cutting.source, &eight, take_frame, &frames, &cutting.error),
        SL_E_CORRUPT);
    end(&cutting);
    frames.count = 4;
    put_file("none.mp4", "not a video at all", 0600);
    begin(&cutting, "none.mp4");
    assert_int_not_equal(
        cutting.module->frames(&cutting.source, &eight, take_frame, &frames, &cutting.error), 0);
    assert_int_equal(frames.count, 4);
    end(&cutting);
}

static void lines_for_a_shell(void **state)
{
    static const struct {
        const char *name, *line;
    } rows[] = {
        {"clip.mkv", "ffmpeg -i clip.mkv -c copy clip.mp4"},
        {"clip.MP4", "ffmpeg -i clip.MP4 -c copy clip-new.mp4"},
        {"clip", "ffmpeg -i clip -c copy clip.mp4"},
        {".mkv", "ffmpeg -i .mkv -c copy .mkv.mp4"},
        {"my clip.mov", "ffmpeg -i 'my clip.mov' -c copy 'my clip.mp4'"},
        {"it's.avi", "ffmpeg -i 'it'\\''s.avi' -c copy 'it'\\''s.mp4'"},
        {"-y.mkv", "ffmpeg -i ./-y.mkv -c copy ./-y.mp4"},
        {"http:x.mkv", "ffmpeg -i './http:x.mkv' -c copy './http:x.mp4'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char line[SL__FFMPEG_LINE];
        sl__ffmpeg_line(line, rows[i].name, "-c copy");
        assert_string_equal(line, rows[i].line);
    }
    char line[SL__FFMPEG_LINE], name[300];
    memset(name, '\'', sizeof name);
    name[299] = '\0';
    sl__ffmpeg_line(line, name, "-c copy");
    assert_true(strlen(line) < sizeof line);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_short_video_stays_whole, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_long_mp4_is_cut_at_key_frames, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_long_matroska_is_cut_at_key_frames, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_long_transport_stream_is_cut_at_key_frames, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(sound_far_from_its_pictures, make_place, remove_place),
        cmocka_unit_test_setup_teardown(sound_that_ends_early, make_place, remove_place),
        cmocka_unit_test_setup_teardown(without_sound, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_part_is_the_same_each_time, make_place, remove_place),
        cmocka_unit_test_setup_teardown(bytes_are_limited_too, make_place, remove_place),
        cmocka_unit_test_setup_teardown(codecs_that_can_be_copied, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_turned_video_stays_turned, make_place, remove_place),
        cmocka_unit_test_setup_teardown(old_webm_is_coded_anew, make_place, remove_place),
        cmocka_unit_test_setup_teardown(mpeg_2_is_coded_anew, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_recording_of_television_is_coded_anew, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(flash_is_coded_anew, make_place, remove_place),
        cmocka_unit_test_setup_teardown(windows_media_is_coded_anew, make_place, remove_place),
        cmocka_unit_test_setup_teardown(pictures_of_a_camera_are_coded_anew, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(the_pictures_are_those_of_their_time, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(pictures_are_copied_beside_other_sound, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(key_frames_are_put_where_there_are_none, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(large_pictures_become_smaller, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_rate_is_limited_in_the_same_way_each_time, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_cancelled_coding_ends_at_once, make_place, remove_place),
        cmocka_unit_test_setup_teardown(what_cannot_be_copied_is_refused, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_bomb_of_samples, make_place, remove_place),
        cmocka_unit_test_setup_teardown(key_frames_too_far_apart, make_place, remove_place),
        cmocka_unit_test_setup_teardown(damaged_videos, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_damaged_mp4_is_no_end, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_damaged_mov_is_no_end, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_damaged_matroska_is_no_end, make_place, remove_place),
        cmocka_unit_test_setup_teardown(no_other_file_is_opened, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_cancelled_one_ends_at_once, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_full_disk_is_told, make_place, remove_place),
        cmocka_unit_test_setup_teardown(too_many_parts, make_place, remove_place),
        cmocka_unit_test_setup_teardown(pictures_taken_evenly, make_place, remove_place),
        cmocka_unit_test_setup_teardown(pictures_where_the_scene_changes, make_place, remove_place),
        cmocka_unit_test_setup_teardown(pictures_of_what_never_changes, make_place, remove_place),
        cmocka_unit_test_setup_teardown(pictures_that_are_not_wanted, make_place, remove_place),
        cmocka_unit_test(lines_for_a_shell),
    };
    return run_cases(tests, argc, argv);
}
