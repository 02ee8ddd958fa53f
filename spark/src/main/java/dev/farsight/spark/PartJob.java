package dev.farsight.spark;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.prepare.PartMaker;
import dev.farsight.datasets.prepare.WrittenPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes the parts of prepared data, a task each. Where malformed rows may be left out, a job
 * before counts how many there are, to know where each part begins.
 */
final class PartJob implements PartMaker {

  private final Jobs jobs;
  private final SparkSource source;
  private final Supplier<Path> fitted;

  /**
   * @param source has opened the data
   * @param fitted the folder with what was found out, once parts are to be made; null if nothing
   *     was
   */
  PartJob(Jobs jobs, SparkSource source, Supplier<Path> fitted) {
    this.jobs = jobs;
    this.source = source;
    this.fitted = fitted;
  }

  @Override
  public Made make(Wanted wanted) {
    var parts = new ArrayList<WrittenPart>();
    long badRows = 0;
    long truncatedBags = 0;
    for (boolean evaluation : new boolean[] {false, true}) {
      OpenedData data = source.opened(evaluation);
      long rows = data.rows(evaluation);
      if (rows == 0) {
        continue;
      }
      var part = new OpenedPart(data.data().with(fitted.get()), data.survey(), evaluation);
      boolean count = data.skipBadRows() || wanted.done(evaluation) > 0;
      var plan = count ? new PartPlan(ranges(rows), totals(part, rows)) : PartPlan.ofAll(rows);
      List<WrittenPart> written = write(part, plan, wanted);
      parts.addAll(written);
      badRows += plan.badRows();
      truncatedBags +=
          count
              ? plan.truncatedBags()
              : written.stream().mapToLong(WrittenPart::truncatedBags).sum();
    }
    return new Made(parts, badRows, truncatedBags);
  }

  private List<RowRange> ranges(long rows) {
    return RowRange.of(rows, source.taskRows(rows));
  }

  private List<RowTotals> totals(OpenedPart part, long rows) {
    return jobs.results("counting samples", ranges(rows), range -> RowTotals.of(part, range));
  }

  private List<WrittenPart> write(OpenedPart part, PartPlan plan, Wanted wanted) {
    List<PartTask> tasks =
        plan.parts(part.evaluation(), wanted.partSamples(), wanted.done(part.evaluation()));
    String staging = wanted.staging().toAbsolutePath().toString();
    List<PartTask.Result> results =
        jobs.results("writing parts", tasks, task -> task.run(part, staging));
    for (PartTask.Result result : results) {
      if (result.complaint() != null) {
        throw new FarsightException(result.complaint());
      }
    }
    return results.stream().map(PartTask.Result::written).toList();
  }
}
