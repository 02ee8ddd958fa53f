package dev.farsight.engine;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSourceFactory;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.process.ProcessPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A small run for tests: overrides on a configuration with a tiny synthetic data set. */
final class TestRun {

  private static final AtomicInteger RUNS = new AtomicInteger();

  private final Path folder;
  private final List<String> sets = new ArrayList<>();
  private Components components;
  private List<ClassLoader> loaders = List.of(TestRun.class.getClassLoader());

  TestRun(Path folder) {
    this.folder = folder;
    set(
        "data.batch-size=37",
        "data.synthetic.cardinalities=[3, 50, 400, 2000, 9000]",
        "data.synthetic.rows=12010",
        "data.synthetic.dense=3",
        "cache.size=1%",
        "model.embedding-dim=6",
        "model.dlrm.bottom-mlp=[8]",
        "model.dlrm.top-mlp=[12]",
        "model.save=false",
        "train.seed=5");
  }

  TestRun set(String... overrides) {
    sets.addAll(List.of(overrides));
    return this;
  }

  /** Adds the overrides to a list, for a separate process. */
  void addTo(List<String> others) {
    others.addAll(sets);
  }

  TestRun components(Components components) {
    this.components = components;
    return this;
  }

  /** Class loaders that find the reference.conf files. */
  TestRun loaders(List<ClassLoader> loaders) {
    this.loaders = loaders;
    return this;
  }

  static Components builtIn() {
    return Plugins.load(TestRun.class.getClassLoader()).components();
  }

  /** Components with another source in place of the synthetic one. */
  static Components withSynthetic(Components components, DataSourceFactory source) {
    var sources = new TreeMap<>(components.sources());
    sources.put("synthetic", source);
    return new Components(
        components.policies(),
        components.stores(),
        components.computes(),
        sources,
        components.models(),
        components.collectives(),
        components.exportFormats(),
        components.offers());
  }

  Config config() {
    return FarsightConfig.defaults().set(sets).resolve(loaders);
  }

  /** The arguments with which a configuration opens its synthetic data. */
  static DataContext dataContext(Config farsight) {
    var data = Settings.of("farsight.data", farsight.getConfig("data"));
    return new DataContext(
        data,
        data.section("synthetic"),
        data.integer("batch-size", 1, 1000),
        farsight.getLong("train.seed"),
        1);
  }

  Path directory() {
    return folder.resolve("run-" + RUNS.get());
  }

  Trainer open(RunListener listener) {
    return open(listener, false);
  }

  Trainer open(RunListener listener, boolean resume) {
    RUNS.incrementAndGet();
    Components parts = components == null ? builtIn() : components;
    return resume
        ? Trainer.resume(config(), parts, directory(), listener)
        : Trainer.open(config(), parts, directory(), listener);
  }

  /** One of several processes, each with a directory of its own. */
  Trainer open(int process, ProcessPlace place) {
    return open(process, place, RunListener.NONE);
  }

  /** As {@link #open(int, ProcessPlace)}, with a listener. */
  Trainer open(int process, ProcessPlace place, RunListener listener) {
    Components parts = components == null ? builtIn() : components;
    Path own = folder.resolve("run-" + RUNS.incrementAndGet() + "-of-" + process);
    return Trainer.open(config(), parts, own, listener, place);
  }

  Report resume() {
    try (Trainer trainer = open(RunListener.NONE, true)) {
      return trainer.train();
    }
  }

  /** The loss of each step of a run. */
  static List<Float> losses(TestRun run) {
    List<Float> losses = new ArrayList<>();
    var listener =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            losses.add(progress.loss());
          }
        };
    try (Trainer trainer = run.open(listener)) {
      trainer.train();
    }
    return losses;
  }

  /** What is the same for two runs only if all losses and weights are, to the bit. */
  static String digests(Report report) {
    return report.lossSha256().orElseThrow() + " " + report.weightsSha256().orElseThrow();
  }

  Report train() {
    try (Trainer trainer = open(RunListener.NONE)) {
      return trainer.train();
    }
  }

  @Override
  public String toString() {
    return sets.toString();
  }
}
