package dev.farsight.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.checkpoint.EarlierCheckpoints;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.predict.Predictor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** {@code --set}, and how a configuration comes from it and from a file that may be given. */
final class ConfigArguments {

  /** How the names of configuration files end. */
  private static final Pattern CONFIGURATION = Pattern.compile("\\.(conf|json|properties)$");

  private static final Path QUICKSTART = Path.of("conf", "quickstart.conf");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      completionCandidates = ConfigKeys.class,
      description = "Set a key of the configuration, such as cache.size=5%%. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  /** The file given, or the quick start's. */
  Setup quickstartOr(Path file, Environment environment) {
    return Setup.of(user(file, environment), environment);
  }

  /** The file given, or the defaults alone. */
  Setup defaultsOr(Path file, Environment environment) {
    return Setup.of(user(Optional.ofNullable(file)), environment);
  }

  /** The same with more overrides. */
  Setup defaultsOr(Path file, List<String> more, Environment environment) {
    return Setup.of(user(Optional.ofNullable(file)).set(more), environment);
  }

  /**
   * What a saved model records, for other data.
   *
   * @param model the folder of a model, or of a run that saved one
   * @param data files, folders or globs; if empty, those that {@code --set} names
   */
  FarsightConfig ofModel(Path model, List<Path> data) {
    refuse("model.load", "the model is the argument MODEL");
    FarsightConfig config = new SavedModel(new RunFolder(model).model()).configuration();
    return evaluating(config, data, "the argument DATA").set(overrides);
  }

  /**
   * What predictions are made with.
   *
   * @param model the folder of a model or of checkpoints, or a checkpoint
   * @param conf a configuration file; null: what the model records
   * @param data files, folders or globs; if empty, those that the configuration names
   * @param dataArgument what names the data, for messages
   */
  FarsightConfig toPredict(Path model, Path conf, List<Path> data, String dataArgument) {
    refuse("model.load", "the model is the argument MODEL, or --model");
    refuse("run.directory", "a prediction is no run; the file to write is --out");
    FarsightConfig config = conf == null ? Predictor.configuration(model) : read(conf);
    return evaluating(config, data, dataArgument).set(overrides);
  }

  /** All rows of the data given, if any is. */
  private FarsightConfig evaluating(FarsightConfig config, List<Path> data, String argument) {
    if (data.isEmpty()) {
      return config;
    }
    refuse("data.path", "the data is " + argument);
    refuse("data.eval-path", "the data is " + argument);
    FarsightConfig all =
        config
            .with(
                "data.path",
                ConfigValueFactory.fromIterable(data.stream().map(Path::toString).toList()))
            .with("data.eval-path", ConfigValueFactory.fromAnyRef(null))
            .with("data.eval-where.column", ConfigValueFactory.fromAnyRef(null))
            .with("data.eval-fraction", ConfigValueFactory.fromAnyRef(1));
    return PreparedArgument.isPrepared(data) ? PreparedArgument.asSource(all) : all;
  }

  /**
   * What a run to go on with is configured by: the file given, otherwise what its last checkpoint
   * records. Without a checkpoint the quick start's, as when it began.
   *
   * @param given a file, or the directory of the run; may be null
   */
  FarsightConfig ofRun(Path given, Environment environment) {
    if (given != null && !Files.isDirectory(given)) {
      return user(given, environment);
    }
    FarsightConfig sets = FarsightConfig.defaults();
    if (given != null) {
      refuse("run.directory", "the run is the argument " + given);
      sets = sets.with("run.directory", ConfigValueFactory.fromAnyRef(given.toString()));
    }
    Settings early = sets.set(overrides).early(ConfigArguments.class.getClassLoader());
    Optional<Path> usual =
        early
            .section("checkpoint")
            .optionalPath("directory")
            .or(
                () ->
                    early
                        .section("run")
                        .optionalPath("directory")
                        .map(run -> run.resolve("checkpoints")));
    Optional<Path> folder =
        given != null && usual.flatMap(EarlierCheckpoints::config).isEmpty()
            ? Optional.of(new RunFolder(given).checkpoints("to resume from"))
            : usual;
    Optional<Config> recorded = folder.flatMap(EarlierCheckpoints::config);
    if (recorded.isEmpty() && given != null) {
      throw new ConfigException(
          given
              + ": there is no checkpoint to resume from; name the directory of the run, or begin with a configuration file");
    }
    return recorded
        .map(config -> continuing(config, folder.get(), given))
        .orElseGet(() -> user(null, environment));
  }

  /**
   * @param recorded the configuration of the run, as a checkpoint has it
   * @param checkpoints the folder of the checkpoint
   * @param given the directory of the run; null if {@code --set} names it
   */
  private FarsightConfig continuing(Config recorded, Path checkpoints, Path given) {
    // Plugins are those of this command; the model that the run began with is in the checkpoint.
    // How many processes go on is up to --ranks.
    Config config =
        recorded
            .withoutPath("plugins")
            .withoutPath("model.load")
            .withoutPath("sharding.processes")
            .withoutPath("sharding.processes-per-host");
    MovedData.require(config, FarsightConfig.defaults().set(overrides), checkpoints);
    FarsightConfig own = FarsightConfig.ofSection("the last checkpoint in " + checkpoints, config);
    return (given == null
            ? own
            : own.with("run.directory", ConfigValueFactory.fromAnyRef(given.toString())))
        .set(overrides);
  }

  /** The defaults with more overrides. */
  Setup defaultsWith(List<String> more, Environment environment) {
    return Setup.of(user(Optional.empty()).set(more), environment);
  }

  /**
   * Refuses a key that the command would not look at, so that nobody takes a setting for effective.
   *
   * @param instead what the command goes by, and how to set that
   */
  void refuse(String key, String instead) {
    if (FarsightConfig.defaults().set(overrides).sets(key)) {
      throw new ConfigException("--set " + key + ": is not used here; " + instead);
    }
  }

  /** What {@code --set} says, in order. */
  List<String> overrides() {
    return List.copyOf(overrides);
  }

  /** What the user gives: overrides over the file given, or over the quick start's. */
  FarsightConfig user(Path file, Environment environment) {
    return user(
        Optional.ofNullable(file)
            .or(() -> environment.home().map(home -> home.resolve(QUICKSTART))));
  }

  private FarsightConfig user(Optional<Path> file) {
    return file.map(ConfigArguments::read).orElseGet(FarsightConfig::defaults).set(overrides);
  }

  /** Reads a configuration file; one that is none may be data, or a setting without its option. */
  private static FarsightConfig read(Path file) {
    try {
      return FarsightConfig.ofFile(file);
    } catch (ConfigException e) {
      String name = file.toString();
      if (!Files.exists(file) && WrongUse.isSetting(name)) {
        throw new ConfigException(WrongUse.settingsNeedSet(name), e);
      }
      if (Files.isRegularFile(file) && !CONFIGURATION.matcher(name).find()) {
        throw new ConfigException(
            file
                + ": is not a configuration file; if it is data, name it with --set data.path="
                + file
                + " and say with data.source what it is: criteo, avazu, or csv or parquet with its columns in a configuration file",
            e);
      }
      throw e;
    }
  }
}
