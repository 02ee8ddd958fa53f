package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.Feature;
import dev.farsight.datasets.npy.PreparedManifest.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Opens a folder of prepared data. What its manifest tells is compared with what is there. */
final class PreparedData {

  private static final String TELLS = PreparedManifest.FILE + " tells";

  private final Path folder;
  private final NpySettings settings;
  private final DataContext context;
  private final PreparedManifest manifest;
  private final BatchSchema schema;

  /**
   * @param manifest of the folder
   */
  PreparedData(Path folder, PreparedManifest manifest, NpySettings settings, DataContext context) {
    this.folder = folder;
    this.settings = settings;
    this.context = context;
    this.manifest = manifest;
    this.schema = manifest.schema();
  }

  NpyData open() {
    settings.requireNoneOfOtherFiles();
    var files = new PreparedFiles(folder, manifest);
    files.requireThere();
    if (settings.verify()) {
      try (var team = new Workers("verify", context.threads())) {
        files.verify(team);
      }
    }
    if (context.fitted() != null) {
      files.requireFitted(context.fitted().folder());
    }
    var parts = new ArrayList<SampleFiles>();
    manifest.parts().forEach(part -> parts.add(open(part)));
    return new NpyData(
        schema,
        manifest.dense(),
        List.copyOf(parts),
        manifest.parts().stream().filter(Part::evaluation).mapToLong(Part::samples).sum(),
        files.identity(),
        manifest.fitted().isEmpty() ? null : folder.resolve(PreparedManifest.FITTED),
        new NpyData.Rule(false, null, "; the data is damaged, prepare it again"));
  }

  private SampleFiles open(Part part) {
    boolean dense = schema.denseWidth() > 0;
    boolean oneHot = schema.oneHot();
    return new SampleFiles(
        part.samples(),
        dense ? array(part, PartFiles.DENSE, NpyType.FLOAT32, schema.denseWidth()) : null,
        column(part, Column.LABEL, NpyType.INT32),
        oneHot ? array(part, PartFiles.SPARSE, NpyType.INT32, schema.features().size()) : null,
        oneHot ? List.of() : bags(part),
        column(part, Column.TRUTH, NpyType.FLOAT32),
        column(part, Column.WEIGHT, NpyType.FLOAT32),
        column(part, Column.GROUP, NpyType.INT64),
        column(part, Column.ROW_NUMBER, NpyType.INT64));
  }

  private NpyArray column(Part part, Column column, NpyType type) {
    return schema.has(column) ? array(part, PartFiles.suffix(column), type, 1) : null;
  }

  private NpyArray array(Part part, String suffix, NpyType type, int columns) {
    return NpyArray.open(folder.resolve(part.name() + suffix))
        .require(Set.of(type), columns)
        .requireRows(part.samples(), TELLS);
  }

  private List<BagArrays> bags(Part part) {
    var npz = new NpzFile(folder.resolve(part.name() + PartFiles.MULTI_HOT));
    var bags = new ArrayList<BagArrays>();
    for (int f = 0; f < schema.features().size(); f++) {
      BagArrays bag = bag(npz, f, schema.features().get(f));
      if (bag.samples() != part.samples()) {
        NpyArray array = bag.ragged() ? bag.offsets() : bag.ids();
        throw new FarsightException(
            array.name()
                + ": is for "
                + bag.samples()
                + " samples, and "
                + TELLS
                + " "
                + part.samples());
      }
      bags.add(bag);
    }
    return List.copyOf(bags);
  }

  private static BagArrays bag(NpzFile npz, int f, Feature feature) {
    Set<NpyType> ids = Set.of(NpyType.INT32);
    NpyArray weights = feature.weighted() ? npz.array(PartFiles.weights(f)) : null;
    return PartFiles.fixed(feature)
        ? new BagArrays(
                npz.array(PartFiles.entry(f)).require(ids, feature.maxLookups()), null, weights)
            .require()
        : new BagArrays(
                npz.array(PartFiles.values(f)).require(ids, 1),
                npz.array(PartFiles.offsets(f)).require(Set.of(NpyType.INT64), 1),
                weights)
            .require();
  }
}
