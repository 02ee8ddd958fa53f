package dev.farsight.datasets.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Random csv files of columns {@code label,x,y,z,user,friend,tags}, and what is to be found out
 * from them, by Strings and HashMaps: {@code friend} shares the table of {@code user}, {@code tags}
 * is a bag of up to three values, {@code z} is constant.
 */
final class RandomClicks {

  /** Mean and deviation of a dense column. */
  record Scale(double mean, double deviation) {}

  static final int USERS = 200;
  static final int TAGS = 60;
  static final int MOST_TAGS = 3;
  private static final String HEADER = "label,x,y,z,user,friend,tags";

  /** All rows in file order, malformed ones too. */
  private final List<String[]> raw = new ArrayList<>();

  private final List<Path> files = new ArrayList<>();

  /**
   * @param spoilt share of the rows that are malformed
   */
  RandomClicks(SplittableRandom random, Path folder, String name, double spoilt)
      throws IOException {
    int count = random.nextInt(1, 4);
    for (int f = 0; f < count; f++) {
      var text = new StringBuilder(HEADER).append('\n');
      for (int r = random.nextInt(5, 1200); r > 0; r--) {
        String[] row = row(random, spoilt);
        raw.add(row);
        text.append(String.join(",", row)).append('\n');
      }
      boolean packed = random.nextBoolean();
      Path file = folder.resolve(name + f + (packed ? ".csv.gz" : ".csv"));
      try (OutputStream out = Files.newOutputStream(file);
          OutputStream to = packed ? new GZIPOutputStream(out) : out) {
        to.write(text.toString().getBytes(StandardCharsets.UTF_8));
      }
      files.add(file);
    }
  }

  private static String[] row(SplittableRandom random, double spoilt) {
    String tags =
        String.join(
            "|",
            IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> random.nextInt(5) == 0 ? "" : "" + value(random, 3 * TAGS))
                .toList());
    String[] row = {
      "" + random.nextInt(2),
      random.nextInt(6) == 0 ? "" : "" + (1e6 + random.nextInt(1000) / 8.0),
      random.nextInt(6) == 0 ? "" : "" + random.nextInt(-3, 5000),
      "0.1",
      random.nextInt(8) == 0 ? "" : "" + value(random, 3 * USERS),
      random.nextInt(8) == 0 ? "" : "" + value(random, 3 * USERS),
      tags
    };
    if (random.nextDouble() < spoilt) {
      row[random.nextInt(6)] = "?";
    }
    return row;
  }

  /** Small values are frequent. */
  private static int value(SplittableRandom random, int most) {
    double u = random.nextDouble();
    return (int) (u * u * u * most) - 2;
  }

  /** As {@code data.path} takes it. */
  String path() {
    return "[\"" + String.join("\", \"", files.stream().map(Path::toString).toList()) + "\"]";
  }

  private static boolean good(String[] row) {
    return Stream.of(row).noneMatch("?"::equals);
  }

  int training(double evalFraction) {
    return (int) (raw.size() - Math.round(raw.size() * evalFraction));
  }

  /** The well-formed rows from one to another. */
  List<String[]> good(int from, int to) {
    return raw.subList(from, to).stream().filter(RandomClicks::good).toList();
  }

  int rows() {
    return raw.size();
  }

  /** Indices of the users looked up in a row, in both columns. */
  static List<Integer> users(String[] row) {
    return List.of(index(row[4], USERS), index(row[5], USERS));
  }

  /** Indices of the tags looked up in a row. */
  static List<Integer> tags(String[] row) {
    return Stream.of(row[6].split("\\|"))
        .filter(tag -> !tag.isEmpty())
        .limit(MOST_TAGS)
        .map(tag -> index(tag, TAGS))
        .toList();
  }

  private static int index(String text, int rows) {
    return text.isEmpty() ? 0 : Math.floorMod(Integer.parseInt(text), rows);
  }

  /** Rows that the training part looks up often enough, counted in every so many rows. */
  Set<Integer> kept(boolean tags, int training, int minCount, int every) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int r = 0; r < training; r += every) {
      if (good(raw.get(r))) {
        (tags ? tags(raw.get(r)) : users(raw.get(r)))
            .forEach(i -> counts.merge(i, 1, Integer::sum));
      }
    }
    int enough = (int) Math.ceil((double) minCount / every);
    Set<Integer> kept = new HashSet<>(Set.of(0));
    counts.forEach(
        (index, count) -> {
          if (count >= enough) {
            kept.add(index);
          }
        });
    return kept;
  }

  /** Mean and deviation of the numbers that rows of the training part have; NaN is none. */
  Scale scale(int training, ToDoubleFunction<String[]> number) {
    double[] numbers =
        good(0, training).stream().mapToDouble(number).filter(x -> !Double.isNaN(x)).toArray();
    double mean = 0;
    for (double x : numbers) {
      mean += x / numbers.length;
    }
    double squares = 0;
    for (double x : numbers) {
      squares += (x - mean) * (x - mean) / numbers.length;
    }
    return new Scale(mean, Math.sqrt(squares));
  }

  static double x(String[] row) {
    return row[1].isEmpty() ? Double.NaN : Double.parseDouble(row[1]);
  }

  static double logY(String[] row) {
    return Math.log(Math.max(row[2].isEmpty() ? 0 : Integer.parseInt(row[2]), -1) + 2);
  }
}
