package dev.farsight.engine;

import dev.farsight.engine.build.CacheChoice;
import dev.farsight.engine.metrics.DataFaults;
import dev.farsight.engine.metrics.HostInfo;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.run.CountersByDevice;
import dev.farsight.engine.run.Evaluator;
import dev.farsight.engine.run.Session;
import dev.farsight.engine.run.Steady;
import dev.farsight.engine.run.TrainingCounters;
import dev.farsight.engine.run.TrainingRun;
import dev.farsight.engine.settings.EarlyStopping;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds a {@link Report}, section by section. */
final class ReportBuilder {

  private final Map<String, Object> json = new LinkedHashMap<>();
  private final AllFigures all;

  /** The sections of a run; without {@link #hashes}. */
  static ReportBuilder of(String command, Session session, TrainingRun run, AllFigures all) {
    TrainingCounters counters = run.counters();
    Evaluator evaluator = run.evaluator();
    boolean trained = counters.steps() > 0;
    return new ReportBuilder(command, session, all)
        .data(counters.samples(), evaluator, counters.faults())
        .steady(counters.steady())
        .throughput(counters)
        .evaluated(evaluator.evaluatedStep())
        .quality(evaluator.quality())
        .metrics(run.metricsComplete())
        .earlyStopped(run.watch())
        .restored(run.restoredStep())
        .cache(session)
        .sharding(session.plan())
        .devices(trained ? counters.devices() : evaluator.devices())
        .processes(session)
        .parameters(session, run)
        .memory();
  }

  private ReportBuilder(String command, Session session, AllFigures all) {
    this.all = all;
    json.put("command", command);
    json.put("version", Version.number());
    json.put("git", Version.commit());
    json.put("seed", session.settings().seed());
    json.put("host", HostInfo.describe(session.gpu()));
    json.put("config", session.settings().farsight().config().root().unwrapped());
  }

  private ReportBuilder data(long trained, Evaluator evaluator, DataFaults faults) {
    json.put(
        "data",
        Map.of(
            "train_samples",
            trained,
            "eval_samples",
            evaluator.samples(),
            "eval_samples_in_training",
            evaluator.samplesInTraining(),
            "bad_rows",
            faults.badRows(),
            "truncated_bags",
            faults.truncatedBags()));
    return this;
  }

  private ReportBuilder throughput(TrainingCounters counters) {
    long samples = counters.samples();
    long steps = counters.steps();
    double seconds = counters.seconds();
    Map<String, Object> throughput = new LinkedHashMap<>();
    throughput.put("samples_per_second", seconds > 0 ? samples / seconds : 0);
    throughput.put("iterations_per_second", seconds > 0 ? steps / seconds : 0);
    throughput.put("steps", steps);
    throughput.put("train_seconds", seconds);
    throughput.put("epoch_seconds", counters.firstEpochSeconds());
    throughput.put("stages", all.stages().byName());
    throughput.put("cpu_seconds", all.cpu().byName());
    json.put("throughput", throughput);
    return this;
  }

  /**
   * @param step the step after which the last evaluation was; -1 if there was none to its end
   */
  private ReportBuilder evaluated(long step) {
    json.put("evaluated_step", step < 0 ? null : step);
    return this;
  }

  private ReportBuilder quality(Quality quality) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("auroc", quality == null ? null : orNull(quality.auroc()));
    section.put("auroc_ceiling", quality == null ? null : orNull(quality.aurocCeiling()));
    section.put("auprc", quality == null ? null : orNull(quality.auprc()));
    section.put("accuracy", quality == null ? null : orNull(quality.accuracy()));
    section.put("logloss", quality == null ? null : orNull(quality.logloss()));
    section.put("normalised_entropy", quality == null ? null : orNull(quality.normalisedEntropy()));
    section.put("calibration", quality == null ? null : orNull(quality.calibration()));
    section.put("gauc", quality == null ? null : orNull(quality.gauc()));
    json.put("quality", section);
    return this;
  }

  private ReportBuilder earlyStopped(EarlyStopping.Watch watch) {
    if (!watch.shouldStop()) {
      json.put("early_stopped", null);
      return this;
    }
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("best_step", watch.best().step() < 0 ? null : watch.best().step());
    section.put("metric", watch.metric());
    section.put("best", orNull(watch.bestValue()));
    json.put("early_stopped", section);
    return this;
  }

  /**
   * @param step the step that the run went back to at its end; -1 if it did not
   */
  private ReportBuilder restored(long step) {
    json.put("restored_step", step < 0 ? null : step);
    return this;
  }

  private ReportBuilder metrics(boolean complete) {
    json.put("metrics_complete", complete);
    return this;
  }

  /**
   * @param steady the steady part; null if training did not reach it
   */
  private ReportBuilder steady(Steady steady) {
    if (steady == null || steady.steps() == 0) {
      json.put("steady", null);
      return this;
    }
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("steps", steady.steps());
    section.put("train_seconds", steady.seconds());
    section.put("samples_per_second", orNull(steady.samples() / steady.seconds()));
    section.put("iterations_per_second", orNull(steady.steps() / steady.seconds()));
    section.putAll(DeviceSections.counts(all.steady()));
    json.put("steady", section);
    return this;
  }

  private static Object orNull(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private ReportBuilder cache(Session session) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("policy", session.policyName());
    section.put("slots", slots(session));
    section.put("all_rows", slots(session) >= session.store().spec().tables().rows());
    section.put("size", CacheChoice.of(session.settings(), session.data().schema()).reason());
    section.put("row_bytes", session.store().spec().format().bytes());
    section.putAll(DeviceSections.counts(all.cache()));
    section.put("tables", all.tables().json());
    section.put("tiers", all.tiers());
    json.put("cache", section);
    return this;
  }

  /** Rows that the slots of all processes hold. */
  private long slots(Session session) {
    return session.processes().isAlone() ? session.slots() : all.slots();
  }

  /**
   * @param counters of training, or of evaluations
   */
  private ReportBuilder devices(CountersByDevice counters) {
    json.put("devices", DeviceSections.of(all.devices()));
    json.put("devices_since_step", counters.sinceStep());
    return this;
  }

  private ReportBuilder processes(Session session) {
    json.put("process", session.processes().number());
    json.put("processes", all.json());
    return this;
  }

  private ReportBuilder sharding(ShardingPlan plan) {
    json.put(ShardingPlan.KEY, plan.json());
    return this;
  }

  private ReportBuilder parameters(Session session, TrainingRun run) {
    json.put("optimizer", ParameterSections.optimizer(session, run));
    json.put("rows", ParameterSections.rows(session.store().spec().format(), slots(session), all));
    return this;
  }

  private ReportBuilder memory() {
    json.put(
        "memory",
        Map.of(
            "device_bytes", all.deviceBytes(),
            "store_bytes", all.storeBytes(),
            "peak_rss_bytes", all.peakRssBytes()));
    return this;
  }

  ReportBuilder hashes(String lossSha256, String weightsSha256) {
    json.put("loss_sha256", lossSha256);
    json.put("weights_sha256", weightsSha256);
    return this;
  }

  Report build(boolean stopped) {
    json.put("stopped", stopped);
    return new Report(json);
  }
}
