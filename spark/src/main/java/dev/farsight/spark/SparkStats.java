package dev.farsight.spark;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.bench.stats.DataStats;
import dev.farsight.bench.stats.StatsFolder;
import dev.farsight.bench.stats.StatsRun;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.reading.pieces.PieceFactory;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Does on a cluster what {@code farsight data stats} does on one host: the folder has the same
 * bytes. Driver and executors must see data and folder under the same names, as on a shared file
 * system.
 *
 * <p>The driver takes 4 bytes of the Java heap for each row of the tables, which is checked, and at
 * most about 200 MiB for the replays. Not thread-safe.
 */
public final class SparkStats {

  /** Cache sizes to tell the hits of, if nothing else is said. */
  public static final List<String> SIZES = List.of("0.1%", "1%", "10%");

  /** First batches to replay for that, if nothing else is said. */
  public static final int REPLAY_BATCHES = 1000;

  private static final String INSTEAD = "; use farsight data stats";

  private final SparkSession session;
  private final long taskRows;

  public SparkStats(SparkSession session) {
    this(session, 0);
  }

  /**
   * @param taskRows rows that a task looks at; 0 leaves that to the size of data and cluster
   */
  SparkStats(SparkSession session, long taskRows) {
    this.session = session;
    this.taskRows = taskRows;
  }

  /**
   * Tells what the data of a configuration is like, and leaves it in a folder.
   *
   * @param user the configuration; plugins are those on the class path
   * @param folder new, empty, or with earlier statistics, which are replaced
   * @param sizes of caches, such as {@code 1%}
   * @param replayBatches how many of the first batches to replay; 0: none
   * @throws ConfigException if a setting is wrong, or cannot be used on a cluster
   * @throws dev.farsight.api.FarsightException if the data cannot be read, or files not be written
   */
  public DataStats count(FarsightConfig user, Path folder, List<String> sizes, int replayBatches) {
    Clusters.requirePluginsOnClassPath(user);
    var out = new StatsFolder(folder);
    try (Plugins plugins = Plugins.load(SparkStats.class.getClassLoader())) {
      Settings farsight = Settings.of("farsight", user.resolve(plugins.loaders()));
      DataStats stats = count(farsight, plugins.components(), folder, sizes, replayBatches);
      out.write(stats);
      return stats;
    }
  }

  private DataStats count(
      Settings farsight,
      Components components,
      Path folder,
      List<String> sizes,
      int replayBatches) {
    Settings data = farsight.section("data");
    Clusters.requireSupported(data, INSTEAD);
    SettingsCheck.of(farsight, components);
    if (farsight.section("model").has("load")) {
      throw farsight.section("model").bad("load", "is not looked at on Spark" + INSTEAD);
    }
    DataSourceFactory factory = components.source(farsight);
    if (!(PluginCalls.registered(factory) instanceof PieceFactory pieces)) {
      throw data.bad("source", "cannot be read in pieces, so it is not counted on Spark" + INSTEAD);
    }
    var jobs = new Jobs(session);
    var source = new SparkSource(pieces, jobs, taskRows);
    int batchSize = data.integer("batch-size", 1, 1 << 24);
    Path absolute = folder.toAbsolutePath();
    try (var fit = new SavedFit(absolute.resolveSibling(absolute.getFileName() + ".fitted"))) {
      return new StatsRun(farsight, Clusters.with(components, source), RunListener.NONE)
          .counting(
              opened -> {
                fit.save(opened);
                return new StatsJob(jobs, source, fit, batchSize);
              })
          .run(sizes, replayBatches);
    }
  }
}
