package dev.farsight.storage.ssd;

import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The head of a map's file, read without Chronicle Map, which would load every class that the head
 * names and grow the file to the size that the head tells. Numbers are little-endian:
 *
 * <pre>
 *  0  8   Chronicle's checksum of the text
 *  8  4   bytes of the text; the highest bit is set while the file is made or recovered
 * 12      text: classes and sizes, a line each
 *         from the next multiple of 64:
 *  0  8   lock
 *  8  3   stretches of extra tiers, by which the file has grown
 * 11  5   first free tier
 * 16  5   extra tiers in use
 * 21  4   where segments begin
 * 25  8   bytes of the file in use
 * </pre>
 *
 * <p>The text and the place of the segments never change once the file is made. Costs two reads of
 * some kilobytes.
 *
 * @param ready whether neither making nor recovering the file was interrupted
 * @param checksum CRC32C of what never changes
 * @param numbers the numbers of the text by name; those of a nested object by {@code outer.inner}
 * @param extraBulks stretches of extra tiers
 * @param segmentsAt where segments begin
 * @param usedBytes bytes of the file in use
 */
record MapHead(
    boolean ready,
    long checksum,
    Map<String, Long> numbers,
    int extraBulks,
    long segmentsAt,
    long usedBytes) {

  private static final int TEXT_AT = 12;
  private static final int NOT_READY = 1 << 31;
  private static final int MOST_TEXT = 1 << 16;

  /** The reserved room behind the text, of which these first bytes are used. */
  private static final int STATE_BYTES = 33;

  private static final String MARSHALLER =
      "net.openhft.chronicle.hash.serialization.impl.ConstantSizeMarshaller";
  private static final String SPLITTING = "net.openhft.chronicle.hash.impl.HashSplitting$";

  /** The only classes that a head may name. */
  private static final Set<String> CLASSES =
      Set.of(
          "net.openhft.chronicle.map.VanillaChronicleMap",
          MARSHALLER,
          SPLITTING + "ForSingleSegment",
          SPLITTING + "ForPowerOf2Segments",
          RowRef.class.getName(),
          RowKey.class.getName(),
          RowKey.Reader.class.getName(),
          RowValue.class.getName(),
          RowValue.Reader.class.getName());

  /** A line of the text: a number or flag, a version, a class, the begin or end of an object. */
  private static final Pattern LINE =
      Pattern.compile(
          " *(?:"
              + "(?<key>\\w+): (?:(?<number>-?\\d{1,18})(?:\\.\\d+)?|true|false)"
              + "|dataFileVersion: \"[\\w.-]{1,40}\""
              + "|\\w+: !type (?<type>[\\w.$]+)"
              + "|(?:(?<outer>\\w+): )?!(?<class>[\\w.$]+) \\{(?<empty> *\\})?"
              + "|(?<end>\\})"
              + "|),?");

  /**
   * Reads the head of a file.
   *
   * @throws dev.farsight.api.FarsightException if it is none of a map of rows
   */
  static MapHead read(Path file) {
    long size = Damage.requireFile(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer start = read(channel, 0, TEXT_AT, file);
      int word = start.getInt(8);
      int textBytes = word & ~NOT_READY;
      if (textBytes > MOST_TEXT || textBytes > size - TEXT_AT) {
        throw Damage.of(file, "its head tells of " + textBytes + " bytes of text");
      }
      ByteBuffer text = read(channel, TEXT_AT, textBytes, file);
      long stateAt = (TEXT_AT + textBytes + 63) & -64L;
      ByteBuffer state = read(channel, stateAt, STATE_BYTES, file);
      var sum = new CRC32C();
      sum.update(start.putInt(8, textBytes));
      sum.update(text.duplicate());
      sum.update(state.slice(21, 4));
      return new MapHead(
          (word & NOT_READY) == 0,
          sum.getValue(),
          numbers(file, StandardCharsets.ISO_8859_1.decode(text).toString()),
          state.getInt(8) & 0xff_ffff,
          state.getInt(21) & 0xffff_ffffL,
          state.getLong(25));
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int bytes, Path file)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw Damage.of(file, "it is cut off in its head");
      }
    }
    return buffer.flip();
  }

  private static Map<String, Long> numbers(Path file, String text) {
    Map<String, Long> numbers = new HashMap<>();
    String outer = "";
    for (String line : text.split("\n", -1)) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw Damage.of(file, "its head has a line that no store has");
      }
      requireOurs(file, parts.group("type"));
      requireOurs(file, parts.group("class"));
      if (parts.group("number") != null) {
        numbers.put(outer + parts.group("key"), Long.parseLong(parts.group("number")));
      } else if (parts.group("outer") != null && parts.group("empty") == null) {
        outer = parts.group("outer") + ".";
      } else if (parts.group("end") != null) {
        outer = "";
      }
    }
    return numbers;
  }

  private static void requireOurs(Path file, String name) {
    if (name != null && !CLASSES.contains(name)) {
      throw Damage.of(
          file, "its head names the class " + Quoted.of(name) + ", which no store needs");
    }
  }

  /** Sets the mark of a file that it is ready: Chronicle Map would wait for it for a minute. */
  static void makeReady(Path file) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer word = read(channel, 8, Integer.BYTES, file);
      word.putInt(0, word.getInt(0) & ~NOT_READY);
      channel.write(word, 8);
    } catch (IOException e) {
      throw DurableFiles.unwritable(file, e);
    }
  }
}
