package dev.farsight.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.StringJoiner;
import java.util.zip.GZIPOutputStream;

/**
 * Writes files of random rows, with what rows of other people have: all that is odd and allowed.
 */
final class RandomRows {

  private static final String[] WORDS = {
    "a", "B", "straße", "日本", "a b", "", "\"", "x,y", "line\nend", "0", "00", "é", "🙂"
  };

  private final Random random;

  /** The share of rows that are malformed. */
  private final double bad;

  RandomRows(Random random, double bad) {
    this.random = random;
    this.bad = bad;
  }

  /** A row in Criteo's format. */
  String criteo() {
    var row = new StringJoiner("\t");
    boolean broken = random.nextDouble() < bad;
    int where = random.nextInt(40);
    row.add(broken && where == 0 ? "2" : random.nextInt(4) == 0 ? "1" : "0");
    for (int i = 1; i <= 13; i++) {
      String number = Integer.toString((int) Math.exp(random.nextGaussian() * 3) - 3);
      row.add(broken && where == i ? "x7" : random.nextInt(4) == 0 ? "" : number);
    }
    for (int c = 14; c < 40; c++) {
      // A power law over more values than a table has rows.
      int value = (int) Math.pow(30, 2 * random.nextDouble());
      row.add(
          broken && where == c
              ? "-" + c
              : random.nextInt(5) == 0 ? "" : String.format("%08x", value * 0x9E3779B1));
    }
    String text = row.toString();
    return random.nextInt(10) == 0 ? text.replaceFirst("\t+$", "") : text;
  }

  /** A row of csv with the columns label, price, word, tags. */
  String csv() {
    boolean broken = random.nextDouble() < bad;
    var tags = new StringJoiner("|");
    for (int t = random.nextInt(6); t > 0; t--) {
      tags.add(Integer.toString(random.nextInt(9) - 2));
    }
    String price =
        broken ? "cheap" : random.nextInt(5) == 0 ? "" : Double.toString(random.nextInt(900) / 8.0);
    return String.join(
        ",",
        random.nextBoolean() ? "1" : "false",
        price,
        quoted(WORDS[random.nextInt(WORDS.length)]),
        tags.toString());
  }

  private static String quoted(String word) {
    return "\"" + word.replace("\"", "\"\"") + "\"";
  }

  /** Writes rows, with the line ends, the blank lines and the compression that files may have. */
  void write(Path file, String header, int rows, boolean csv) throws IOException {
    var text = new StringBuilder(random.nextInt(3) == 0 ? "\uFEFF" : "");
    String end = random.nextBoolean() ? "\n" : "\r\n";
    if (header != null) {
      text.append(header).append(end);
    }
    for (int row = 0; row < rows; row++) {
      text.append(csv ? csv() : criteo())
          .append(row == rows - 1 && random.nextBoolean() ? "" : end);
      if (random.nextInt(50) == 0) {
        text.append(end);
      }
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    if (file.toString().endsWith(".gz")) {
      var packed = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(packed)) {
        gzip.write(bytes);
      }
      bytes = packed.toByteArray();
    }
    Files.write(file, bytes);
  }
}
