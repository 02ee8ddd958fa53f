package dev.farsight.api.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the name that was probably meant: misspelt, in another case, or with blanks around. */
public final class NearestName {

  /** No one misspells a longer name, and the comparison takes the square of its length. */
  private static final int LONGEST = 100;

  /** A header of more names is not looked through further. */
  private static final int MOST_NAMES = 10_000;

  private NearestName() {}

  /** The name with the fewest edits from {@code name}; empty if all are far from it. */
  public static Optional<String> to(String name, List<String> names) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    Map<String, String> byPlainName = new LinkedHashMap<>();
    for (String candidate : names.subList(0, Math.min(names.size(), MOST_NAMES))) {
      if (candidate.length() <= LONGEST) {
        byPlainName.putIfAbsent(plain(candidate), candidate);
      }
    }
    return Nearest.to(plain(name), byPlainName.keySet()).map(byPlainName::get);
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
