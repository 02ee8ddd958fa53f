package dev.farsight.engine.remote;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One try of a run to come to its end. Attempts are ordered by their names; the last one counts. An
 * earlier one may still be at work, if it has not been told to end: it writes nothing that the last
 * one reads, as each writes below its own name, and deletes nothing once it has seen the last one.
 *
 * @param name a number, by which attempts are ordered, and what tells it from others that have
 *     begun at the same time
 */
record Attempt(String name) {

  static final String FOLDER = "checkpoints/attempts";

  private static final int MOST_TRIES = 20;

  /**
   * Begins an attempt, which is the last one then.
   *
   * @throws IOException if the store cannot be read or written
   */
  static Attempt begin(Store store) throws IOException {
    for (int n = 0; n < MOST_TRIES; n++) {
      long number = names(store).stream().mapToLong(Attempt::number).max().orElse(0) + 1;
      var own =
          new Attempt(
              String.format(
                  Locale.ROOT, "%08d-%08x", number, ThreadLocalRandom.current().nextInt()));
      store.write(FOLDER + "/" + own.name, (own.name + "\n").getBytes(StandardCharsets.UTF_8));
      if (own.isLast(store)) {
        return own;
      }
    }
    throw new IOException("other attempts of the run begin again and again");
  }

  private static List<String> names(Store store) throws IOException {
    return store.names(FOLDER).stream().filter(name -> name.matches("\\d{8}-[0-9a-f]{8}")).toList();
  }

  private static long number(String name) {
    return Long.parseLong(name.substring(0, name.indexOf('-')));
  }

  private boolean isLast(Store store) throws IOException {
    return names(store).stream().max(Comparator.naturalOrder()).filter(name::equals).isPresent();
  }

  /** Whether what an attempt of this name has left may be deleted. */
  boolean mayDelete(String attempt) {
    return attempt.compareTo(name) <= 0;
  }

  /**
   * @throws FarsightException if another attempt has begun since
   */
  void requireLast(Store store) throws IOException {
    if (!isLast(store)) {
      throw new FarsightException(
          store.address()
              + ": another attempt of this run has begun since, so this one ends; it has changed nothing of the other");
    }
  }

  /** Forgets earlier attempts. */
  void deleteEarlier(Store store) throws IOException {
    for (String other : names(store)) {
      if (other.compareTo(name) < 0) {
        store.delete(FOLDER + "/" + other);
      }
    }
  }
}
