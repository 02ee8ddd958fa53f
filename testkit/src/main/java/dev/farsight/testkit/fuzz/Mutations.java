package dev.farsight.testkit.fuzz;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Damaged copies of a file: bits flipped, ranges cut, copied, swapped or zeroed, bytes inserted,
 * numbers replaced by huge ones, both those written in digits and those in binary.
 *
 * <p>A mutant is a function of the original, the seed and its number alone, so that one that fails
 * can be made again. It has one to three changes, each of which adds at most 64 KiB. Thread-safe.
 */
public final class Mutations {

  private static final int LONGEST_RUN = 1 << 16;
  private static final byte[][] NUMBERS = {
    text("-1"),
    text("2147483648"),
    text("4294967296"),
    text("-9223372036854775808"),
    text("18446744073709551616"),
    text("1e999"),
    text("NaN"),
    digits(50_000)
  };
  private static final long[] WORDS = {
    0, 1, -1, Byte.MAX_VALUE, Short.MAX_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE
  };

  private final byte[] original;
  private final long seed;

  /**
   * @param original not empty
   */
  public Mutations(byte[] original, long seed) {
    if (original.length == 0) {
      throw new IllegalArgumentException("nothing to mutate");
    }
    this.original = original.clone();
    this.seed = seed;
  }

  /**
   * One damaged copy.
   *
   * @param changes what was changed, and how to make the mutant again
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Mutant(byte[] bytes, String changes) {

    @Override
    public String toString() {
      return changes;
    }
  }

  /** The first {@code count} mutants. */
  public Stream<Mutant> stream(int count) {
    return IntStream.range(0, count).mapToObj(this::mutant);
  }

  /** The mutant of a number, from 0. */
  public Mutant mutant(int number) {
    var random = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * number);
    var changes = new StringBuilder("seed " + seed + ", mutant " + number + ":");
    byte[] bytes = original.clone();
    for (int more = random.nextInt(1, 4); more > 0 && bytes.length > 0; more--) {
      bytes = new Change(bytes, random, changes).apply();
    }
    return new Mutant(bytes, changes.toString());
  }

  private static byte[] text(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    return bytes;
  }

  private static byte[] digits(int count) {
    byte[] digits = new byte[count];
    Arrays.fill(digits, (byte) '9');
    return digits;
  }

  /** One random change. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(byte[] bytes, SplittableRandom random, StringBuilder notes) {

    byte[] apply() {
      int at = random.nextInt(bytes.length);
      int end = at + random.nextInt(Math.min(LONGEST_RUN, bytes.length - at)) + 1;
      return switch (random.nextInt(9)) {
        case 0 -> flip();
        case 1 -> note("cut behind", at, at, splice(at, bytes.length, new byte[0]));
        case 2 -> note("removed", at, end, splice(at, end, new byte[0]));
        case 3 -> note("copied", at, end, splice(end, end, Arrays.copyOfRange(bytes, at, end)));
        case 4 -> note("zeroed", at, end, splice(at, end, new byte[end - at]));
        case 5 -> {
          byte[] zeros = new byte[1 << random.nextInt(13)];
          yield note("inserted zeros", at, at + zeros.length, splice(at, at, zeros));
        }
        case 6 -> note("swapped", at, end, swapped(at, end));
        case 7 -> number(at);
        default -> word(at);
      };
    }

    private byte[] flip() {
      byte[] made = bytes.clone();
      IntConsumer flip = bit -> made[bit >>> 3] ^= (byte) (1 << (bit & 7));
      int[] bits = random.ints(random.nextInt(1, 9), 0, bytes.length * 8).toArray();
      Arrays.stream(bits).forEach(flip);
      notes.append(" bits ").append(Arrays.toString(bits)).append(" flipped;");
      return made;
    }

    /** A range changes places with as many bytes elsewhere. */
    private byte[] swapped(int at, int end) {
      byte[] made = bytes.clone();
      int other = random.nextInt(bytes.length - (end - at) + 1);
      System.arraycopy(bytes, other, made, at, end - at);
      System.arraycopy(bytes, at, made, other, end - at);
      return made;
    }

    /** The first run of digits from a position on, or else the byte there, becomes a number. */
    private byte[] number(int at) {
      int from = at;
      while (from < bytes.length && !digit(from)) {
        from++;
      }
      if (from == bytes.length) {
        from = at;
      }
      int to = from + 1;
      while (to < bytes.length && digit(to)) {
        to++;
      }
      return note("number", from, to, splice(from, to, NUMBERS[random.nextInt(NUMBERS.length)]));
    }

    private boolean digit(int at) {
      return bytes[at] >= '0' && bytes[at] <= '9';
    }

    /** One, two, four or eight bytes become an extreme number of either byte order. */
    private byte[] word(int at) {
      byte[] made = bytes.clone();
      long word = WORDS[random.nextInt(WORDS.length)];
      int width = Math.min(1 << random.nextInt(4), bytes.length - at);
      boolean littleEndian = random.nextBoolean();
      for (int b = 0; b < width; b++) {
        made[at + b] = (byte) (word >>> (8 * (littleEndian ? b : width - 1 - b)));
      }
      return note("word " + word, at, at + width, made);
    }

    private byte[] splice(int from, int to, byte[] with) {
      byte[] made = Arrays.copyOf(bytes, bytes.length - (to - from) + with.length);
      System.arraycopy(with, 0, made, from, with.length);
      System.arraycopy(bytes, to, made, from + with.length, bytes.length - to);
      return made;
    }

    private byte[] note(String what, int from, int to, byte[] made) {
      notes.append(String.format(Locale.ROOT, " %s [%d, %d);", what, from, to));
      return made;
    }
  }
}
