package dev.farsight.bench.peers;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.datasets.prepare.Job;
import dev.farsight.datasets.prepare.Preparation;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.build.SettingsCheck;
import dev.farsight.engine.build.Specs;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Trains small models, evaluates them, and asks python/farsight_model.py about them. */
final class PythonModels {

  private static final ClassLoader LOADER = PythonModels.class.getClassLoader();

  private static final Path PYTHON = Path.of("../python").toAbsolutePath().normalize();

  /** Of those that a row is looked up by, some were never trained. */
  private static final String TABLES = "data.synthetic.cardinalities=[3, 50, 4000, 90000]";

  private final Path folder;

  final Components components = Plugins.load(LOADER).components();

  /**
   * @param folder where runs and files go
   */
  PythonModels(Path folder) {
    this.folder = folder;
  }

  /** The default settings with changes. */
  Config config(String... sets) {
    return config(FarsightConfig.defaults(), sets);
  }

  /** What a model records, with changes. */
  Config ownConfig(Path model, String... sets) {
    return config(new SavedModel(model).configuration(), sets);
  }

  private Config config(FarsightConfig base, String... sets) {
    return base.set(List.of(sets)).resolve(List.of(LOADER));
  }

  /** Trains on synthetic rows, unless told otherwise; returns the folder of the model. */
  Path train(String... sets) {
    Path run = folder.resolve("run");
    try (Trainer trainer = Trainer.open(training(sets), components, run, RunListener.NONE)) {
      trainer.train();
    }
    return run.resolve("model");
  }

  private Config training(String... sets) {
    return config(
        FarsightConfig.defaults()
            .set(
                List.of(
                    TABLES,
                    "data.synthetic.rows=1500",
                    "data.synthetic.dense=3",
                    "data.batch-size=64",
                    "data.eval-fraction=0.3",
                    "model.embedding-dim=6",
                    "model.dlrm.bottom-mlp=[8]",
                    "model.dlrm.top-mlp=[12]",
                    "optimizer.type=adagrad",
                    "cache.size=all")),
        sets);
  }

  /** As {@link #train}, on what is prepared of the data. */
  Path trainOnPrepared(String... sets) {
    Path prepared = folder.resolve("prepared");
    var settings = SettingsCheck.of(Settings.of("farsight", training(sets)), components);
    Settings data = settings.farsight().section("data");
    var job =
        new Job(
            "1",
            data.string("source"),
            data.config().root().unwrapped(),
            settings.seed(),
            200,
            new TreeMap<>());
    try (var work = Preparation.open(prepared, job);
        DataSource source = Specs.openInOrder(settings, components, Optional.empty())) {
      work.write(source, settings.batchSize(), rows -> {}, () -> false);
    }
    return train("data.source=npy", "data.path=" + prepared);
  }

  /** The evaluation of a model with nothing but its own settings; returns its logits. */
  float[] evaluate(Config config) throws Exception {
    Path run = folder.resolve("eval");
    try (Trainer trainer = Trainer.openToEvaluate(config, components, run, RunListener.NONE)) {
      trainer.evaluate();
    }
    return npy(run.resolve("predictions.npy"));
  }

  /** The values of an npy file of float32. */
  static float[] npy(Path file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var floats = bytes.position(10 + bytes.getShort(8)).slice().order(ByteOrder.LITTLE_ENDIAN);
    var values = new float[floats.remaining() / Float.BYTES];
    floats.asFloatBuffer().get(values);
    return values;
  }

  /** Writes the evaluation part for Python; returns the rows that it looks up, by table. */
  BitSet[] writeBatch(Config config, Path model, Path file) throws Exception {
    try (DataSource source = open(config, model);
        BatchSource pass = source.eval()) {
      return BatchFile.write(file, source.schema(), pass);
    }
  }

  /** Opens the data of a model. */
  DataSource open(Config config, Path model) {
    var farsight = Settings.of("farsight", config);
    Settings data = farsight.section("data");
    Path fitted = model.resolve("data");
    var context =
        new DataContext(
            data,
            data.section(data.string("source")),
            64,
            config.getLong("train.seed"),
            1,
            "a test",
            Files.isDirectory(fitted) ? new FittedData(fitted, false) : null);
    return components.source(farsight).open(context);
  }

  /**
   * Runs a script with the module imported, and NumPy as np; returns what it printed. Skips the
   * test where there is no NumPy.
   *
   * @param arguments {@code sys.argv[1:]}
   */
  String python(String script, Object... arguments) throws Exception {
    String begin =
        """
        import sys
        try:
            import numpy as np
        except ImportError:
            print("no NumPy here")
            sys.exit(77)
        sys.path.insert(0, sys.argv.pop(1))
        import farsight_model
        """;
    String[] command = new String[arguments.length + 3];
    command[0] = "-c";
    command[1] = begin + script;
    command[2] = PYTHON.toString();
    for (int i = 0; i < arguments.length; i++) {
      command[i + 3] = arguments[i].toString();
    }
    return Python.run(folder, "", command);
  }
}
