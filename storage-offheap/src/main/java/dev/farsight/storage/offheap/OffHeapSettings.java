package dev.farsight.storage.offheap;

import dev.farsight.api.config.Settings;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The keys of {@code farsight.storage.offheap}.
 *
 * @param memoryLimit bytes that the rows may take, instead of what the host says
 */
record OffHeapSettings(OptionalLong memoryLimit, HugePages hugePages, Populate populate) {

  static final String MEMORY_LIMIT = "memory-limit";
  static final String HUGE_PAGES = "huge-pages";
  static final String POPULATE = "populate";

  /** When memory is taken from the host. */
  enum Populate {
    LAZY,
    PARALLEL
  }

  static OffHeapSettings of(Settings own) {
    return new OffHeapSettings(
        own.has(MEMORY_LIMIT) ? OptionalLong.of(own.bytes(MEMORY_LIMIT)) : OptionalLong.empty(),
        choice(own, HUGE_PAGES, HugePages.class),
        choice(own, POPULATE, Populate.class));
  }

  private static <E extends Enum<E>> E choice(Settings own, String key, Class<E> type) {
    var names =
        List.of(type.getEnumConstants()).stream()
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList();
    return Enum.valueOf(type, own.choice(key, names).toUpperCase(Locale.ROOT));
  }
}
