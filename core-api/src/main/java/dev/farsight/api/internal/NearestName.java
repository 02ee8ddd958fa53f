package dev.farsight.api.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant: misspelt, in another case, or with blanks around. */
public final class NearestName {

  /** No one misspells a longer name, and the comparison takes the square of its length. */
  private static final int LONGEST = 100;

  /** A header of more names is not looked through further. */
  private static final int MOST_NAMES = 10_000;

  private NearestName() {}

  /** The first name with the fewest edits from {@code name}; empty if all are far from it. */
  public static Optional<String> to(String name, List<String> names) {
    String wanted = plain(name);
    int limit = wanted.length() < 4 ? wanted.length() / 2 : Math.max(2, wanted.length() / 3);
    String nearest = null;
    int smallest = limit + 1;
    for (String candidate : names.subList(0, Math.min(names.size(), MOST_NAMES))) {
      if (name.length() <= LONGEST && candidate.length() <= LONGEST) {
        int distance = distance(wanted, plain(candidate));
        if (distance < smallest) {
          smallest = distance;
          nearest = candidate;
        }
      }
    }
    return Optional.ofNullable(nearest);
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions and replacements that make one of the other. */
  private static int distance(String a, String b) {
    int[] last = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(last[j], current[j - 1]));
      }
      int[] reused = last;
      last = current;
      current = reused;
    }
    return last[b.length()];
  }
}
