package dev.farsight.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Amount {

  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Amount() {}

  /** {@code 1,234,567}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1.2 GiB}; whole bytes below 1 KiB. */
  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double amount = bytes;
    int unit = -1;
    while (amount >= 1024) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
  }
}
