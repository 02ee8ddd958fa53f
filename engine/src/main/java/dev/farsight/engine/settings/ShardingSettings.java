package dev.farsight.engine.settings;

import dev.farsight.api.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How several devices train together: {@code sharding}, but for the collective's own settings.
 *
 * @param processes how many processes train together, each with the devices that it is told
 * @param general how the rows of tables are divided that are not named
 * @param tables the same by table name
 * @param exchange what ranks send each other of tables that are not named
 * @param exchanges the same by table name
 * @param timeout how long ranks wait for one of them
 * @param plan the plan to follow; empty: to be made
 * @param linkBandwidth bytes a second between devices; empty: as the compute backend tells
 * @param deviceMemory bytes of rows that a device has room for; empty: no limit
 */
public record ShardingSettings(
    int processes,
    Choice general,
    Map<String, Choice> tables,
    ExchangeChoice exchange,
    Map<String, ExchangeChoice> exchanges,
    Duration timeout,
    Optional<Path> plan,
    OptionalLong linkBandwidth,
    OptionalLong deviceMemory) {

  static final int MOST_PROCESSES = 1024;
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
  private static final Duration SHORTEST_REPLACE_TIMEOUT = Duration.ofSeconds(1);

  private static final List<String> CHOICES =
      List.of("auto", "row", "table", "replicated", "column");

  private static final List<String> EXCHANGES = List.of("auto", "rows", "sums");

  /** How the rows of a table are divided. */
  public enum Choice {
    AUTO,
    ROW,
    TABLE,
    REPLICATED,
    COLUMN;

    static Choice of(Settings section, String key) {
      return valueOf(section.choice(key, CHOICES).toUpperCase(Locale.ROOT));
    }
  }

  /** What ranks send each other of a table. */
  public enum ExchangeChoice {
    AUTO,
    ROWS,
    SUMS;

    static ExchangeChoice of(Settings section, String key) {
      return valueOf(section.choice(key, EXCHANGES).toUpperCase(Locale.ROOT));
    }
  }

  /**
   * @param farsight the section {@code farsight}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  public static ShardingSettings of(Settings farsight) {
    Settings sharding = farsight.section("sharding");
    Settings named = sharding.section("tables");
    Map<String, Choice> tables = new TreeMap<>();
    for (String table : named.config().root().keySet()) {
      tables.put(table, Choice.of(named, table));
    }
    Settings exchanging = sharding.section("exchanges");
    Map<String, ExchangeChoice> exchanges = new TreeMap<>();
    for (String table : exchanging.config().root().keySet()) {
      exchanges.put(table, ExchangeChoice.of(exchanging, table));
    }
    Duration timeout = sharding.duration("timeout");
    if (timeout.compareTo(SHORTEST_TIMEOUT) < 0) {
      throw sharding.bad("timeout", "is not a time from 100 ms to 24 h");
    }
    fewestProcesses(farsight);
    replaceTimeout(farsight);
    return new ShardingSettings(
        processes(farsight),
        Choice.of(sharding, "default"),
        Map.copyOf(tables),
        ExchangeChoice.of(sharding, "exchange"),
        Map.copyOf(exchanges),
        timeout,
        sharding.optionalPath("plan"),
        bytes(sharding, "link-bandwidth"),
        bytes(sharding, "device-memory"));
  }

  /** How many processes train together. */
  public static int processes(Settings farsight) {
    return farsight.section("sharding").integer("processes", 1, MOST_PROCESSES);
  }

  /** With how many processes training may go on, on Spark; empty: with as many as it began with. */
  public static OptionalInt fewestProcesses(Settings farsight) {
    Settings sharding = farsight.section("sharding");
    return sharding.has("min-ranks")
        ? OptionalInt.of(sharding.integer("min-ranks", 1, MOST_PROCESSES))
        : OptionalInt.empty();
  }

  /** How long a process may be missing on Spark until training goes on with fewer, or ends. */
  public static Duration replaceTimeout(Settings farsight) {
    Settings sharding = farsight.section("sharding");
    Duration timeout = sharding.duration("replace-timeout");
    if (timeout.compareTo(SHORTEST_REPLACE_TIMEOUT) < 0) {
      throw sharding.bad("replace-timeout", "is not a time from 1 s to 24 h");
    }
    return timeout;
  }

  private static OptionalLong bytes(Settings section, String key) {
    if (!section.has(key)) {
      return OptionalLong.empty();
    }
    long bytes = section.bytes(key);
    if (bytes == 0) {
      throw section.bad(key, "must be greater than 0");
    }
    return OptionalLong.of(bytes);
  }

  /** The choice for a table. */
  public Choice of(String table) {
    return tables.getOrDefault(table, general);
  }

  /** What ranks are to send each other of a table. */
  public ExchangeChoice exchangeOf(String table) {
    return exchanges.getOrDefault(table, exchange);
  }
}
