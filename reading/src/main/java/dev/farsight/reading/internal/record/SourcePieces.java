package dev.farsight.reading.internal.record;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.reading.Columns;
import dev.farsight.reading.CountedFile;
import dev.farsight.reading.CountedFormat;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.Split;
import dev.farsight.reading.internal.line.DataFile;
import dev.farsight.reading.pieces.DataSurvey;
import dev.farsight.reading.pieces.FileCount;
import dev.farsight.reading.pieces.PieceSource;
import dev.farsight.reading.pieces.RecordPieces;
import dev.farsight.reading.pieces.RowMoments;
import dev.farsight.reading.pieces.ValueCount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The files of a format in pieces. */
public final class SourcePieces implements RecordPieces {

  private final CountedFiles format;
  private final DataContext context;
  private final Columns columns;
  private final FitNeeds needs;
  private final FitPlan plan;
  private final List<DataFile> paths;

  private SourcePieces(CountedFiles format, DataContext context) {
    this.format = format;
    this.context = context;
    this.columns = format.columns();
    this.needs = new FitNeeds(columns);
    this.plan = new FitPlan(needs, context);
    this.paths = SourceOpening.files(context);
    if (EvalWhere.isSet(context.data())) {
      throw context
          .data()
          .section(EvalWhere.SECTION)
          .bad("column", "cannot be used with data that is read in pieces; unset it");
    }
    for (DataFile path : paths) {
      if (path.once()) {
        throw new FarsightException(
            path + ": can be read only once, as it is no regular file, and not in pieces");
      }
    }
  }

  /** The files of a format of text. */
  public static RecordPieces of(RecordFormat format, DataContext context) {
    return new SourcePieces(CountedFiles.of(format), context);
  }

  /** Files that tell how many records they have. */
  public static RecordPieces of(CountedFormat format, DataContext context) {
    return new SourcePieces(CountedFiles.of(format), context);
  }

  @Override
  public int files() {
    return paths.size();
  }

  @Override
  public FileCount count(int file) {
    return format.count(columns, paths.get(file));
  }

  @Override
  public DataSurvey survey(List<FileCount> files) {
    long rows = files.stream().mapToLong(FileCount::records).sum();
    int first = format.firstLayout(columns, paths, context);
    if (rows == 0) {
      throw LayoutFinder.none(paths, "has no rows");
    }
    return new DataSurvey(List.copyOf(files), first, Split.of(context.data(), rows).train());
  }

  @Override
  public boolean needsFit(DataSurvey survey) {
    plan.requireRows(survey.train());
    if (plan.needsPass()) {
      SourceOpening.requireLabels(schema(survey), paths);
    }
    return plan.needsPass();
  }

  @Override
  public boolean hasCounts() {
    return needs.counts() || !needs.vocabularies().isEmpty();
  }

  @Override
  public boolean hasMoments() {
    return !needs.fittedColumns().isEmpty();
  }

  @Override
  public int[] enough() {
    return IntStream.range(0, columns.tables().size())
        .map(table -> isCounted(table) ? plan.enough(table) : 0)
        .toArray();
  }

  private boolean isCounted(int table) {
    return needs.vocabularies().contains(table) || needs.countedTables().contains(table);
  }

  @Override
  public List<Integer> limitedTables() {
    return PieceFit.limitedTables(needs);
  }

  @Override
  public Iterator<ValueCount> counts(DataSurvey survey, long from, long to) {
    var rows = rows(survey, from, to);
    return new PieceCounts(needs, rows, plan.countEvery(), from);
  }

  private PieceRows rows(DataSurvey survey, long from, long to) {
    return new PieceRows(
        columns,
        schema(survey),
        new RowCursor(files(survey), from, to),
        BLOCK_ROWS,
        ReadSettings.of(context));
  }

  private BatchSchema schema(DataSurvey survey) {
    boolean labelled =
        files(survey).stream()
            .filter(file -> file.records() > 0)
            .findFirst()
            .orElseThrow()
            .layout()
            .labelled();
    return columns.schema(labelled);
  }

  @Override
  public RowMoments moments(DataSurvey survey, long from, long to) {
    int[] measured = needs.fittedColumns().stream().mapToInt(d -> d).toArray();
    double[] missing = DenseFit.missing(columns, measured);
    var groups = new ArrayList<Moments>();
    try (PieceRows rows = rows(survey, from, to)) {
      long left = to - from;
      for (int read = rows.read(BLOCK_ROWS); read > 0; read = rows.read(BLOCK_ROWS)) {
        if (read < Math.min(left, BLOCK_ROWS)) {
          throw new FarsightException(
              paths.get(0)
                  + ": rows are too long to be measured in pieces for transform = standard, more"
                  + " than 2 KiB on average; use farsight data prepare, or set mean and deviation");
        }
        left -= read;
        for (int start = 0; start < read; start += FitPass.TASK) {
          Moments[] of =
              Stream.generate(Moments::new).limit(measured.length).toArray(Moments[]::new);
          for (int row = start; row < Math.min(read, start + FitPass.TASK); row++) {
            rows.look(row, (at, parsed) -> PieceFit.measure(parsed, measured, missing, of));
          }
          groups.addAll(List.of(of));
        }
      }
    }
    return PieceFit.pack(groups);
  }

  @Override
  public void saveFitted(
      Path folder,
      List<ValueTally> tallies,
      Iterator<ValueCount> counts,
      Iterator<RowMoments> moments)
      throws IOException {
    FittedFiles.write(folder, needs, PieceFit.join(needs, tallies, counts, moments));
  }

  @Override
  public PieceSource open(DataSurvey survey) {
    if (plan.needsPass()) {
      throw new IllegalStateException(
          "what is to be found out from the training part is not known");
    }
    return new CountedSource(
        columns,
        plan.known(),
        paths,
        files(survey),
        format.seeks(),
        new Split(survey.rows(), survey.train()),
        context);
  }

  private List<CountedFile> files(DataSurvey survey) {
    DataFile first = paths.get(survey.layoutFile());
    return IntStream.range(0, paths.size())
        .mapToObj(f -> format.surveyed(columns, paths.get(f), survey.files().get(f), first))
        .toList();
  }
}
