package dev.farsight.spark.ml;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Param;

/**
 * Makes a configuration of parameters: the user's, over it what parameters say, and the source of
 * the data, which are files that the estimator has written.
 */
final class ClassifierConfig {

  private static final String PARQUET = "data.parquet";

  private static final List<String> OURS =
      List.of(
          "data.source",
          "data.path",
          "data.eval-path",
          "data.eval-where",
          "data.parquet.label",
          "data.parquet.weight",
          "run.directory",
          "sharding.processes");

  private final TrainParams params;
  private final FarsightConfig user;
  private final Config parquet;

  /**
   * @throws ConfigException if the user's part is not as it should be
   */
  ClassifierConfig(TrainParams params) {
    this.params = params;
    this.user = user(params);
    this.parquet = section();
  }

  private static FarsightConfig user(TrainParams params) {
    var text = params.given(params.config);
    var file = params.given(params.configFile);
    if (text.isPresent() && file.isPresent()) {
      throw new ConfigException("config and configFile are both set; set one of them");
    }
    FarsightConfig user =
        text.map(given -> FarsightConfig.ofText("config", given))
            .or(() -> file.map(given -> FarsightConfig.ofFile(Path.of(given))))
            .orElseGet(FarsightConfig::defaults);
    for (String key : OURS) {
      if (user.sets(key)) {
        throw new ConfigException(
            user.place(key) + "farsight." + key + " is set by the classifier; leave it out");
      }
    }
    return user;
  }

  private Config section() {
    Settings data = user.early(ClassifierConfig.class.getClassLoader()).section("data");
    if (!data.has("parquet")) {
      throw new ConfigException(
          "the source parquet is not on the class path: add the jar farsight-parquet to --jars");
    }
    return data.section("parquet").config();
  }

  /**
   * The whole configuration.
   *
   * @param data the folder with the rows, which have the columns of {@code features}, the label
   *     and, if there are such, the weight and the indicator of rows for evaluation
   */
  FarsightConfig of(List<InputColumn> features, Path data) {
    FarsightConfig config = user;
    config = with(config, "data.source", "parquet");
    config = with(config, "data.path", data.toString());
    config = with(config, PARQUET + ".label", params.labelName());
    if (params.weightName().isPresent()) {
      config = with(config, PARQUET + ".weight", params.weightName().get());
    }
    if (params.indicatorName().isPresent()) {
      config =
          with(
              config,
              "data.eval-where",
              Map.of("column", params.indicatorName().get(), "values", List.of("1")));
    } else if (!user.sets("data.eval-fraction")) {
      config = with(config, "data.eval-fraction", 0);
    }
    if (params.given(params.hashRows).isPresent()) {
      config = with(config, PARQUET + ".ids", "modulo");
    } else if (!user.sets(PARQUET + ".ids")) {
      config = with(config, PARQUET + ".ids", "vocabulary");
    }
    config = with(config, PARQUET + ".min-count", params.minCount);
    config = with(config, "optimizer.learning-rate", params.learningRate);
    config = with(config, "train.epochs", params.epochs);
    config = with(config, "train.seed", params.seed);
    config = with(config, "data.batch-size", params.batchSize);
    config = with(config, "model.embedding-dim", params.embeddingDim);
    return config
        .with(PARQUET + ".dense", entries("dense", features))
        .with(PARQUET + ".categorical", entries("categorical", features));
  }

  private static FarsightConfig with(FarsightConfig config, String key, Object value) {
    return config.with(key, ConfigValueFactory.fromAnyRef(value, "the classifier"));
  }

  private FarsightConfig with(FarsightConfig config, String key, Param<Object> param) {
    return params
        .given(param)
        .map(
            value ->
                config.with(key, ConfigValueFactory.fromAnyRef(value, "param " + param.name())))
        .orElse(config);
  }

  /** The entries of a list of columns: what the user says of a column comes before what we do. */
  private ConfigList entries(String key, List<InputColumn> features) {
    Map<String, ConfigObject> users = usersEntries(key);
    var entries = new ArrayList<ConfigValue>();
    for (InputColumn feature : features) {
      if ((feature.role() == Role.DENSE) == key.equals("dense")) {
        ConfigObject entry = users.remove(feature.name());
        entries.add(entry == null ? entry(feature, false) : over(entry, feature));
      }
    }
    if (!users.isEmpty()) {
      ConfigObject first = users.values().iterator().next();
      throw new ConfigException(
          "farsight.data.parquet."
              + key
              + " has an entry for column "
              + users.keySet().iterator().next()
              + " ("
              + first.origin().description()
              + "), which no parameter of the classifier names");
    }
    return ConfigValueFactory.fromIterable(entries, "the classifier");
  }

  private ConfigObject over(ConfigObject entry, InputColumn feature) {
    return entry.withFallback(entry(feature, entry.containsKey("table")));
  }

  /**
   * @param shared whether the column's values are looked up in the table of another one, which says
   *     what they are
   */
  private ConfigObject entry(InputColumn feature, boolean shared) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("column", feature.name());
    if (feature.role() != Role.DENSE && !shared) {
      entry.put("kind", feature.kind());
      params.given(params.hashRows).ifPresent(rows -> entry.put("rows", rows));
    }
    if (feature.role() == Role.BAG) {
      entry.put("max-lookups", params.maxLookupsValue());
    }
    return ConfigValueFactory.fromMap(entry, "the classifier");
  }

  private Map<String, ConfigObject> usersEntries(String key) {
    var entries = new LinkedHashMap<String, ConfigObject>();
    if (!user.sets(PARQUET + "." + key)) {
      return entries;
    }
    for (ConfigValue value : parquet.getList(key)) {
      ConfigObject entry =
          value.valueType() == ConfigValueType.OBJECT
              ? (ConfigObject) value
              : ConfigFactory.empty().withValue("column", value).root();
      ConfigValue column = entry.get("column");
      if (column == null) {
        throw new ConfigException(
            value.origin().description()
                + ": an entry of farsight.data.parquet."
                + key
                + " names no column");
      }
      entries.put(String.valueOf(column.unwrapped()), entry);
    }
    return entries;
  }
}
