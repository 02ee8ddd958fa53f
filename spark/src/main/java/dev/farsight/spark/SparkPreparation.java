package dev.farsight.spark;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.api.data.FittedData;
import dev.farsight.datasets.npy.PreparedManifest;
import dev.farsight.datasets.prepare.Job;
import dev.farsight.datasets.prepare.Preparation;
import dev.farsight.datasets.prepare.Preparation.Outcome;
import dev.farsight.engine.Version;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.reading.pieces.PieceFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Does on a cluster what {@code farsight data prepare} does on one host: the folder has the same
 * bytes. Driver and executors must see data and folder under the same names, as on a shared file
 * system. A killed preparation that is begun again keeps what was found out, and the parts that
 * were complete.
 *
 * <p>The driver takes a byte of memory for each row of tables with {@code min-count} and without a
 * vocabulary, and little besides. Not thread-safe.
 */
public final class SparkPreparation {

  /** Samples of a part, if nothing else is said. */
  public static final long PART_ROWS = 1 << 20;

  static final long MOST_TASK_ROWS = 1 << 20;

  private static final String INSTEAD = "; use farsight data prepare";

  private final SparkSession session;
  private final long taskRows;

  public SparkPreparation(SparkSession session) {
    this(session, 0);
  }

  /**
   * @param taskRows rows that a task looks at; 0 leaves that to the size of data and cluster
   */
  SparkPreparation(SparkSession session, long taskRows) {
    this.session = session;
    this.taskRows = taskRows;
  }

  /**
   * Prepares the data of a configuration.
   *
   * @param user the configuration; plugins are those on the class path
   * @param folder the folder to write to: empty, or one that was begun
   * @param partRows most samples of a part
   * @throws ConfigException if a setting is wrong, or cannot be used on a cluster
   * @throws dev.farsight.api.FarsightException if the data cannot be read, or files not be written
   */
  public Outcome prepare(FarsightConfig user, Path folder, long partRows) {
    Clusters.requirePluginsOnClassPath(user);
    ClassLoader loader = SparkPreparation.class.getClassLoader();
    try (Plugins plugins = Plugins.load(loader)) {
      Settings farsight = Settings.of("farsight", user.resolve(plugins.loaders()));
      return prepare(EngineSettings.of(farsight), plugins.components(), folder, partRows);
    }
  }

  private Outcome prepare(
      EngineSettings settings, Components components, Path folder, long partRows) {
    Settings data = settings.farsight().section("data");
    DataSourceFactory factory = components.source(settings.farsight());
    Clusters.requireSupported(data, INSTEAD);
    check(factory, data, settings);
    if (!(PluginCalls.registered(factory) instanceof PieceFactory pieces)) {
      throw data.bad(
          "source", "cannot be read in pieces, so it cannot be prepared on Spark" + INSTEAD);
    }
    var jobs = new Jobs(session);
    var source = new SparkSource(pieces, jobs, taskRows);
    Settings origin = Specs.withOrigin(settings.farsight(), components, true).section("data");
    var job =
        Job.of(
            Version.number(),
            origin,
            components.sources().keySet(),
            settings.seed(),
            partRows,
            new TreeMap<>());
    Path fitted = folder.resolve(PreparedManifest.FITTED);
    try (var preparation = Preparation.open(folder, job);
        var opened = open(settings, Clusters.with(components, source), preparation)) {
      return preparation.assemble(
          opened, new PartJob(jobs, source, () -> Files.isDirectory(fitted) ? fitted : null));
    }
  }

  private static RunData open(
      EngineSettings settings, Components components, Preparation preparation) {
    return Specs.openInOrder(
        settings, components, preparation.fitted().map(known -> new FittedData(known, false)));
  }

  private static void check(DataSourceFactory factory, Settings data, EngineSettings settings) {
    RunData.check(factory, data);
    factory.check(
        new DataContext(
            data, data.section(factory.name()), settings.batchSize(), settings.seed(), 1));
  }
}
