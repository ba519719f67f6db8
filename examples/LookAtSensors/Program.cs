// Writes a report, sensors.html, on a fault detector for a table of 20 columns. It shows rows as points, their verdicts, and the columns
// that contribute most to the score. The table is synthetic: three hidden factors drive all sensors, and some rows have a fault.
// Argument: the seed.
using FashionAE.MLNet;
using FashionAE.Report;
using FashionAE.Torch;
using Microsoft.Data.Analysis;
using Microsoft.ML;

var seed = args.Length > 0 ? int.Parse(args[0]) : 1;
var ml = new MLContext(seed);
string[] kinds = ["temperature", "pressure", "flow", "vibration"];
string[] sensors = [.. from kind in kinds from i in Enumerable.Range(1, 5) select $"{kind}{i}"];
var plant = new Plant(sensors, new Random(seed));
DataFrame normal = plant.Record(5_000), test = plant.Record(2_000, "stuck", "offset");     // a column for each sensor, and State

using var detector = ml.Transforms.Concatenate("Features", sensors)
    .Append(ml.AnomalyDetection.Trainers.Autoencoder(new AutoencoderAnomalyTrainer.Options
    {
        Architecture = new VectorArchitecture(latentSize: 4) { HiddenSizes = [64, 32] },
        Epochs = 40,
    })).Fit(normal);

var options = new ReportOptions { LabelColumnName = "State", Title = "Sensors of a plant" };
AutoencoderReport.Save("sensors.html", detector, test, options);
Console.WriteLine("Open sensors.html in a browser.");

internal sealed class Plant(string[] sensors, Random random)
{
    // The offset, the unit and the factor weights of each sensor.
    private readonly (double Offset, double Unit, double[] Weights)[] _sensors = [.. sensors.Select(_ =>
        (200 * random.NextDouble(), Math.Exp(2 * Normal(random)), Factors(random)))];

    /// <summary>Records all sensors row by row. With faults, every tenth row has a fault in one sensor.</summary>
    public DataFrame Record(int count, params string[] faults)
    {
        var (rows, states) = (new double[count][], new string[count]);
        for (var i = 0; i < count; i++)
        {
            var factors = Factors(random);
            rows[i] = Array.ConvertAll(
                _sensors, sensor => Math.Tanh(sensor.Weights.Zip(factors, (w, f) => w * f).Sum()) + 0.05 * Normal(random));
            states[i] = faults.Length > 0 && i % 10 == 9 ? faults[i / 10 % faults.Length] : "normal";
            var at = random.Next(sensors.Length);
            if (states[i] == "offset")
                rows[i][at] += 1.5;
            else if (states[i] == "stuck")
                rows[i][at] = 0;
        }
        var columns = sensors.Select((name, column) =>
            new SingleDataFrameColumn(name, rows.Select(row => (float)(_sensors[column].Offset + _sensors[column].Unit * row[column]))));
        return new DataFrame([.. columns, new StringDataFrameColumn("State", states)]);
    }

    private static double[] Factors(Random random) => [Normal(random), Normal(random), Normal(random)];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

// Open sensors.html in a browser.
