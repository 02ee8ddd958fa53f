package dev.farsight.storage.ssd;

import java.util.Locale;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.values.Values;

/**
 * The class that Chronicle Map generates for the head of its files, once a process. Numbers in its
 * source text are written in the default locale, and the compiler refuses those of some.
 */
final class GeneratedClasses {

  static {
    Locale locale = Locale.getDefault();
    Locale display = Locale.getDefault(Locale.Category.DISPLAY);
    Locale format = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.ROOT);
    try {
      Values.nativeClassFor(VanillaGlobalMutableState.class);
    } finally {
      Locale.setDefault(locale);
      Locale.setDefault(Locale.Category.DISPLAY, display);
      Locale.setDefault(Locale.Category.FORMAT, format);
    }
  }

  private GeneratedClasses() {}

  /** Generates it unless that is done. */
  static void make() {
    // The static initializer has run, once, before this.
  }
}
