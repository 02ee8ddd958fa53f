package dev.farsight.bench.ablation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.engine.Outlook;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One training run: a combination with a seed, for the n-th time. Its name begins with what people
 * look for and ends with a digest of all that it is made of, so that a cell of a suite that was
 * changed meanwhile is another cell. Immutable.
 *
 * @param config its whole configuration, the section {@code farsight}, without a run directory
 * @param trainSamples samples that it trains on
 * @param evalSamples samples that it evaluates on
 * @param lookupsPerSample lookups of all features that a sample has, about
 */
public record Cell(
    Combination combination,
    long seed,
    int repeat,
    Config config,
    Outlook outlook,
    long trainSamples,
    long evalSamples,
    double lookupsPerSample) {

  private static final int LABEL_LENGTH = 60;
  private static final int DIGEST_LENGTH = 8;

  /** What does not change a result: how rows are kept and moved, and what a run leaves. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("cache", "lookahead", "rings", "storage", "report", "run", "plugins");

  /** Of the sections data, model, optimizer, train and compute. */
  private static final Set<String> KEYS_WITHOUT_EFFECT =
      Set.of("compute.threads", "model.save", "model.save-initial", "data.synthetic.in-memory");

  /** Its name, which is that of its folder too. */
  String id() {
    String label =
        String.join("-", combination.labels().values())
            .toLowerCase(Locale.ROOT)
            .replace("%", "pct")
            .replaceAll("[^a-z0-9.]+", "-");
    return String.format(
        Locale.ROOT,
        "%s-seed%d-run%d-%s",
        label.substring(0, Math.min(label.length(), LABEL_LENGTH)),
        seed,
        repeat,
        Digest.of(json(config)).substring(0, DIGEST_LENGTH));
  }

  /** As people read it. */
  String text() {
    return combination.text() + " seed=" + seed + " run=" + repeat;
  }

  /**
   * A digest of everything that the losses may depend on. Cells that share it must have the same
   * losses, to the bit.
   */
  String modelDigest() {
    Config model = config;
    for (String section : WITHOUT_EFFECT) {
      model = model.withoutPath(section);
    }
    for (String key : KEYS_WITHOUT_EFFECT) {
      model = model.withoutPath(key);
    }
    model = onlyChosen(model, "compute", "backend");
    return Digest.of(json(onlyChosen(model, "data", "source")));
  }

  /** Without the settings of backends or sources that are not chosen. */
  private static Config onlyChosen(Config config, String section, String key) {
    String chosen = config.getString(section + "." + key);
    Config rest = config;
    for (String name : new TreeSet<>(config.getObject(section).keySet())) {
      boolean ofAnother =
          config.getObject(section).get(name) instanceof ConfigObject && !name.equals(chosen);
      rest = ofAnother ? rest.withoutPath(section + ".\"" + name + "\"") : rest;
    }
    return rest;
  }

  /** The configuration as a file that {@code farsight train} takes. */
  String file() {
    return "# "
        + text()
        + "\n"
        + config
            .atPath("farsight")
            .root()
            .render(ConfigRenderOptions.defaults().setJson(false).setOriginComments(false));
  }

  static String json(Config config) {
    return config.root().render(ConfigRenderOptions.concise());
  }
}
