package dev.farsight.reading.file;

import java.util.Comparator;
import java.util.function.Function;

/** Orders texts as people do: runs of digits by their value, all else by character. */
final class NaturalOrder implements Comparator<String> {

  private NaturalOrder() {}

  static <T> Comparator<T> of(Function<T, String> text) {
    return Comparator.comparing(text, new NaturalOrder());
  }

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      if (digit(a, i) && digit(b, j)) {
        int iEnd = endOfDigits(a, i);
        int jEnd = endOfDigits(b, j);
        int order = compareDigits(a.substring(i, iEnd), b.substring(j, jEnd));
        if (order != 0) {
          return order;
        }
        i = iEnd;
        j = jEnd;
      } else {
        int order = Character.compare(a.charAt(i++), b.charAt(j++));
        if (order != 0) {
          return order;
        }
      }
    }
    int order = Integer.compare(a.length() - i, b.length() - j);
    // Texts such as day_1 and day_01 are equal by value and still need an order.
    return order != 0 ? order : a.compareTo(b);
  }

  private static int compareDigits(String a, String b) {
    String x = a.replaceFirst("^0+(?=.)", "");
    String y = b.replaceFirst("^0+(?=.)", "");
    return x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
  }

  private static boolean digit(String text, int at) {
    return text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && digit(text, end)) {
      end++;
    }
    return end;
  }
}
