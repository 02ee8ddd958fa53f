package dev.farsight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.engine.Report;
import dev.farsight.engine.event.RunListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The event files of a run have what its {@code metrics.jsonl} has. */
class TensorBoardTest {

  private static final Pattern LOSS = Pattern.compile("\\{\"step\":(\\d+),\"loss\":([-.0-9E]+),.*");
  private static final Pattern AUROC =
      Pattern.compile("\\{\"step\":(\\d+),\"samples\".*\"auroc\":([-.0-9E]+),.*");

  private static final Pattern POINT = Pattern.compile("POINT (\\d+) (\\S+)");

  @TempDir private Path folder;

  private Report train(String... settings) {
    var all = new ArrayList<>(List.of("report.tensorboard=true"));
    all.addAll(List.of(settings));
    return WatchedRun.train(
        folder.resolve("run"),
        OptionalInt.empty(),
        RunListener.NONE,
        watching -> {},
        all.toArray(String[]::new));
  }

  @Test
  void theFileHasTheCurvesOfTheRun() throws IOException {
    train();
    Map<String, Map<Long, Float>> curves = Decoder.curves(eventFile());
    assertThat(curves.get("loss/train")).isEqualTo(metrics(LOSS)).hasSizeGreaterThan(200);
    assertThat(curves.get("auroc/eval")).isEqualTo(metrics(AUROC)).hasSizeGreaterThan(3);
    assertThat(curves)
        .containsKeys("logloss/eval", "throughput/samples_per_second")
        .allSatisfy((tag, points) -> assertThat(tag).doesNotStartWith("device"));
  }

  @Test
  void eachOfSeveralDevicesHasCurves() throws IOException {
    train("compute.nd4j-native.devices=2");
    Map<String, Map<Long, Float>> curves = Decoder.curves(eventFile());
    for (String device : List.of("cpu_0", "cpu_1")) {
      for (String figure : List.of("hit_ratio", "exchanged_bytes_per_step", "longest_stage_ms")) {
        assertThat(curves.get("device_" + figure + "/" + device))
            .as("%s of %s", figure, device)
            .isNotEmpty()
            .allSatisfy((step, value) -> assertThat(value).isPositive());
      }
    }
  }

  /** TENSORBOARD_PYTHON names a Python with the package tensorboard. */
  @Test
  void tensorBoardsOwnReaderReadsIt() throws Exception {
    String python = System.getenv().getOrDefault("TENSORBOARD_PYTHON", "python3");
    assumeTrue(
        PythonCode.run(folder, python, "import tensorboard").status() == 0,
        "no package tensorboard in " + python);
    train();
    var read =
        PythonCode.run(
            folder,
            python,
            """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0})
            events.Reload()
            for scalar in events.Scalars(sys.argv[2]):
                print('POINT', scalar.step, repr(scalar.value))
            """,
            folder.resolve("run").toString(),
            "loss/train");
    assertThat(read.status()).as(read.output()).isZero();
    Map<Long, Float> points = new TreeMap<>();
    POINT
        .matcher(read.output())
        .results()
        .forEach(point -> points.put(Long.valueOf(point.group(1)), Float.valueOf(point.group(2))));
    assertThat(points).isEqualTo(metrics(LOSS)).hasSizeGreaterThan(200);
  }

  private Path eventFile() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("run"))) {
      List<Path> events =
          files.filter(f -> f.getFileName().toString().startsWith("events.out.tfevents.")).toList();
      assertThat(events).hasSize(1);
      return events.get(0);
    }
  }

  private Map<Long, Float> metrics(Pattern pattern) throws IOException {
    Map<Long, Float> values = new TreeMap<>();
    for (String line : Files.readAllLines(folder.resolve("run").resolve("metrics.jsonl"))) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches()) {
        values.put(Long.valueOf(matcher.group(1)), (float) Double.parseDouble(matcher.group(2)));
      }
    }
    return values;
  }

  /** A reader of the format by its description, with a checksum bit by bit. */
  private static final class Decoder {

    static Map<String, Map<Long, Float>> curves(Path file) throws IOException {
      var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      Map<String, Map<Long, Float>> curves = new TreeMap<>();
      List<ByteBuffer> records = new ArrayList<>();
      while (in.hasRemaining()) {
        byte[] length = new byte[8];
        in.get(length);
        assertThat(in.getInt()).isEqualTo(masked(length));
        byte[] record =
            new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
        in.get(record);
        assertThat(in.getInt()).isEqualTo(masked(record));
        records.add(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN));
      }
      Map<Integer, Object> first = fields(records.get(0));
      assertThat(new String((byte[]) first.get(3), StandardCharsets.UTF_8))
          .isEqualTo("brain.Event:2");
      for (ByteBuffer record : records.subList(1, records.size())) {
        Map<Integer, Object> event = fields(record);
        Map<Integer, Object> value = message(message(event, 5), 1);
        String tag = new String((byte[]) value.get(1), StandardCharsets.UTF_8);
        assertThat((Double) event.get(1)).as("seconds since 1970").isGreaterThan(1.7e9);
        curves
            .computeIfAbsent(tag, t -> new TreeMap<>())
            .put((Long) event.get(2), (Float) value.get(2));
      }
      return curves;
    }

    private static Map<Integer, Object> message(Map<Integer, Object> of, int field) {
      return fields(ByteBuffer.wrap((byte[]) of.get(field)).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static Map<Integer, Object> fields(ByteBuffer in) {
      Map<Integer, Object> fields = new TreeMap<>();
      while (in.hasRemaining()) {
        long key = varint(in);
        Object value =
            switch ((int) (key & 7)) {
              case 0 -> varint(in);
              case 1 -> in.getDouble();
              case 2 -> {
                byte[] bytes = new byte[(int) varint(in)];
                in.get(bytes);
                yield bytes;
              }
              case 5 -> in.getFloat();
              default -> throw new IllegalStateException("wire type of key " + key);
            };
        fields.put((int) (key >>> 3), value);
      }
      return fields;
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (next & 0x7FL) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    private static int masked(byte[] bytes) {
      int crc = -1;
      for (byte b : bytes) {
        crc ^= b & 0xFF;
        for (int bit = 0; bit < 8; bit++) {
          crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82F63B78;
        }
      }
      crc = ~crc;
      return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }
  }
}
