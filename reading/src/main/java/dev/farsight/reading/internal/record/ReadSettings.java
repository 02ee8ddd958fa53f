package dev.farsight.reading.internal.record;

import dev.farsight.api.data.DataContext;
import java.util.List;

/**
 * What the user says of malformed rows.
 *
 * @param skipBadRows whether they are left out
 * @param section where the source's settings are, such as {@code data.csv}, for messages
 */
record ReadSettings(boolean skipBadRows, String section) {

  static ReadSettings of(DataContext context) {
    return new ReadSettings(
        context.data().choice("on-bad-row", List.of("fail", "skip")).equals("skip"),
        context.own().path().replaceFirst("^farsight\\.", ""));
  }
}
