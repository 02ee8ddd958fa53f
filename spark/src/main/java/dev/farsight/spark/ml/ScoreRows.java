package dev.farsight.spark.ml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What a task does to score rows, whose last columns are the features' values: replaces these by
 * scores. It holds a batch of rows at a time.
 */
final class ScoreRows implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1;

  private final ModelFolder folder;
  private final ArrayList<InputColumn> features;
  private final ScoreColumns scores;

  ScoreRows(ModelFolder folder, List<InputColumn> features, ScoreColumns scores) {
    this.folder = folder;
    this.features = new ArrayList<>(features);
    this.scores = scores;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows; // the model need not be opened
    }
    var use = OpenModels.OF_JVM.use(folder.name(), folder::open);
    TaskCompletionListener end = context -> use.close();
    TaskContext.get().addTaskCompletionListener(end);
    return new Scored(rows, use.model());
  }

  private final class Scored implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final LoadedModel model;
    private Iterator<Row> batch = List.<Row>of().iterator();

    Scored(Iterator<Row> rows, LoadedModel model) {
      this.rows = rows;
      this.model = model;
    }

    @Override
    public boolean hasNext() {
      return batch.hasNext() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (!batch.hasNext()) {
        batch = score().iterator();
      }
      return batch.next();
    }

    private List<Row> score() {
      RowScorer scorer = model.take();
      var taken = new ArrayList<Row>();
      scorer.begin();
      while (rows.hasNext() && taken.size() < scorer.batchSize()) {
        Row row = rows.next();
        scorer.add(row, row.length() - features.size(), features);
        taken.add(row);
      }
      float[] logits = scorer.score();
      for (int i = 0; i < taken.size(); i++) {
        taken.set(i, scored(taken.get(i), logits[i]));
      }
      model.giveBack(scorer);
      return taken;
    }

    private Row scored(Row row, float logit) {
      int kept = row.length() - features.size();
      var values = new Object[kept + scores.count()];
      for (int i = 0; i < kept; i++) {
        values[i] = row.get(i);
      }
      scores.put(logit, values, kept);
      return RowFactory.create(values);
    }
  }
}
