package dev.farsight.datasets.npy;

import dev.farsight.api.config.Settings;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import dev.farsight.datasets.npy.PreparedManifest.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The section {@code farsight.data} of the source that was prepared. */
final class PreparedOrigin {

  private static final String FRACTION = "eval-fraction";
  private static final String MULTI_HOT = "multi-hot";
  private static final String SOURCE = "source";

  /** Settings that are of a run: where its data lies, and how it is read. */
  private static final Set<String> OF_THE_RUN =
      Set.of(SOURCE, "path", "eval-path", "batch-size", "max-lookups", "shuffle", "splits");

  /** Settings that say which samples are for evaluation. */
  private static final Set<String> SPLIT = Set.of(FRACTION, "eval-where");

  private PreparedOrigin() {}

  /**
   * @param data the section {@code farsight.data} of a run on prepared data
   * @param manifests of the data
   */
  static Settings of(Settings data, List<PreparedManifest> manifests) {
    Source source = manifests.get(0).source();
    boolean preparedSplit = hasPreparedSplit(data, manifests);
    Map<String, Object> origin = new LinkedHashMap<>();
    source
        .settings()
        .forEach(
            (key, value) -> {
              boolean ofTheRun =
                  OF_THE_RUN.contains(key)
                      || (SPLIT.contains(key) && !preparedSplit)
                      // Bags may be made of prepared samples, as of those of the source.
                      || (key.equals(MULTI_HOT) && data.has(MULTI_HOT));
              if (!ofTheRun) {
                origin.put(key, value);
              }
            });
    origin.put(SOURCE, source.name());
    return data.with(origin);
  }

  /** Whether the samples are divided as they were when they were prepared. */
  private static boolean hasPreparedSplit(Settings data, List<PreparedManifest> manifests) {
    double fraction = data.share(FRACTION, 0, 1);
    return fraction > 0
        && fraction < 1
        && manifests.stream().flatMap(m -> m.parts().stream()).anyMatch(Part::evaluation);
  }
}
