package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.reading.CountedFormat;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.file.DataPaths;
import dev.farsight.reading.internal.line.DataFile;
import java.util.List;
import java.util.Optional;

/** Opens the files of {@code data.path} as a data set of a format. */
public final class SourceOpening {

  private SourceOpening() {}

  /**
   * Opens the files. They are counted, unless one of them can be read only once; then there is no
   * pass to find anything out either.
   *
   * @throws FarsightException if they cannot be read, or not as often as is asked for
   */
  public static DataSource open(RecordFormat format, DataContext context) {
    List<DataFile> files = files(context);
    Optional<DataFile> once = files.stream().filter(DataFile::once).findFirst();
    var plan = new FitPlan(new FitNeeds(format.columns()), context);
    if (once.isEmpty()) {
      return new CountedSource(CountedFiles.of(format), plan, files, context);
    }
    requireOnePass(once.get(), context);
    plan.requireNoPass(once.get());
    return new OncePass(format, plan.known(), files, context);
  }

  /**
   * Opens files that tell how many records they have.
   *
   * @throws FarsightException if they cannot be read
   */
  public static DataSource open(CountedFormat format, DataContext context) {
    var plan = new FitPlan(new FitNeeds(format.columns()), context);
    return new CountedSource(CountedFiles.of(format), plan, files(context), context);
  }

  static List<DataFile> files(DataContext context) {
    return DataPaths.resolve(context.data()).stream().map(DataFile::new).toList();
  }

  /** Checks the settings that all sources of records share. */
  public static void check(DataContext context) {
    context.data().share("eval-fraction", 0, 1);
    EvalWhere.of(context.data());
    FitPlan.countEvery(context.own());
    ReadSettings.of(context);
  }

  private static void requireOnePass(DataFile once, DataContext context) {
    String why = once + " can be read only once, as it is no regular file";
    String advice = ", or save the data in a file first";
    if (EvalWhere.isSet(context.data())) {
      throw context
          .data()
          .section(EvalWhere.SECTION)
          .bad("column", "needs a pass over the data first, and " + why + "; unset it" + advice);
    }
    double fraction = context.data().share("eval-fraction", 0, 1);
    if (fraction != 0 && fraction != 1) {
      throw context
          .data()
          .bad(
              "eval-fraction",
              "needs the rows counted first, and " + why + "; set it to 0" + advice);
    }
    if (context.secondPass() != null) {
      throw new FarsightException(
          why + ", and " + context.secondPass() + " may need another pass; do without" + advice);
    }
  }

  static void requireLabels(BatchSchema schema, List<DataFile> files) {
    if (!schema.labelled()) {
      throw new FarsightException(
          files.get(0) + ": has no label column, so it can only be evaluated: eval-fraction = 1");
    }
  }
}
