package dev.farsight.api.internal;

import java.util.Collection;
import java.util.Optional;

/** Finds the known name that is most similar to a misspelt one. */
public final class Nearest {

  private Nearest() {}

  /**
   * The candidate with the smallest edit distance (insertions, deletions, replacements, swaps of
   * neighbours). Empty if that distance is over a third of the length of {@code name}; for short
   * names, over one or two. Of several candidates with the same distance, the first in alphabetical
   * order.
   */
  public static Optional<String> to(String name, Collection<String> candidates) {
    int limit = name.length() < 4 ? name.length() / 2 : Math.max(2, name.length() / 3);
    String nearest = null;
    int smallest = limit + 1;
    for (String candidate : candidates) {
      if (Math.abs(name.length() - candidate.length()) > limit) {
        continue; // the distance is at least that
      }
      int distance = distance(name, candidate);
      if (distance < smallest
          || (distance == smallest && nearest != null && candidate.compareTo(nearest) < 0)) {
        smallest = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /**
   * The candidate that {@link #to} finds, as a question that follows on a complaint: {@code ; did
   * you mean adam?}. Empty if there is none.
   */
  public static String question(String name, Collection<String> candidates) {
    return to(name, candidates).map(near -> "; did you mean " + near + "?").orElse("");
  }

  /** Edit distance with swaps (optimal string alignment). O(a * b) time, three rows of memory. */
  public static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
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
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
        }
      }
      int[] reused = beforeLast;
      beforeLast = last;
      last = current;
      current = reused;
    }
    return last[b.length()];
  }
}
