using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FashionAE.Docs.Tests.Support;

/// <summary>Declares what blocks use without a declaration: small data and models on the sample of the data set.</summary>
internal static class Prelude
{
    /// <summary>The usings that the pages mention or an editor adds.</summary>
    public const string Usings = """
        global using FashionAE.Extensions;
        global using FashionAE.MLNet;
        global using FashionAE.Report;
        global using FashionAE.Torch;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.Data.Analysis;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Data.Sqlite;
        global using Microsoft.ML;
        global using Microsoft.ML.Data;
        global using TorchSharp;
        """;

    /// <summary>Gets the names and their declarations, which may use earlier names. A name in quotes is a file that a block reads.</summary>
    public static IReadOnlyList<(string Name, string Declaration)> Declarations { get; } =
    [
        ("ml", "var ml = new MLContext(seed: 1);"),
        ("train", "IDataView train = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train), 200);"),
        ("test", "IDataView test = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test), 100);"),
        ("images", "using var images = FashionMnist.Load(FashionMnistSplit.Test);"),
        ("view", "IDataView view = test;"),
        ("validation", "IDataView validation = test;"),
        ("newRows", "IDataView newRows = test;"),

        // Garments and their columns.
        ("Garment", """
            internal sealed class Garment
            {
                [VectorType(784)]
                public float[] Pixels { get; set; } = [];
                public string LabelText { get; set; } = "";
            }
            """),
        ("Encoded", "internal sealed class Encoded { public float[] Code { get; set; } = []; }"),
        ("Verdict", "internal sealed class Verdict { public float Label { get; set; } }"),
        ("garment", "var garment = ml.Data.CreateEnumerable<Garment>(test, reuseRowObject: false).First();"),

        // Trained models and their output for the test images.
        ("options", "var options = new AutoencoderOptions { TargetColumnName = \"Pixels\", Epochs = 1 };"),
        ("transformer", "using var transformer = ml.Transforms.EncodeWithAutoencoder(\"Code\", \"Pixels\", epochs: 1).Fit(train);"),
        ("served", "using var served = new TransformerChain<ITransformer>(transformer);"),
        ("\"model.zip\"", "ml.Model.Save(transformer, train.Schema, \"model.zip\");"),
        ("model", """
            using var model = ml.Transforms.Autoencode(new AutoencoderEstimator.Options
            {
                InputColumnName = "Pixels",
                MseColumnName = "Mse",
                PsnrColumnName = "Psnr",
                SsimColumnName = "Ssim",
                Epochs = 1,
            }).Fit(train);
            """),
        ("scored", """
            using var reconstructing = ml.Transforms.ReconstructWithAutoencoder("Reconstruction", "Pixels", epochs: 1).Fit(train);
            var scored = ml.Transforms.CopyColumns("Clean", "Reconstruction").Fit(reconstructing.Transform(test)).Transform(reconstructing.Transform(test));
            """),
        ("data", "IDataView data = scored;"),
        ("\"model.safetensors\"", """
            using (var saved = new ConvolutionalArchitecture(FashionMnist.Shape).Build())
                AutoencoderFile.Save(saved, "model.safetensors");
            """),

        // Three images of another data set, with labels from 1.
        ("\"emnist-letters-train-images-idx3-ubyte\"", """
            byte[] shape = [0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28];
            File.WriteAllBytes("emnist-letters-train-images-idx3-ubyte", [0, 0, 8, 3, .. shape, .. new byte[3 * 784]]);
            File.WriteAllBytes("emnist-letters-train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 3, 1, 26, 5]);
            """),

        // A table of 20 columns that depend on each other. In row 2, flow3 has the value of another row.
        ("\"sensors.csv\"", """
            string[] kinds = ["temp", "press", "flow", "load"];
            var random = new Random(1);
            var lines = Enumerable.Range(0, 400).Select(_ => 4 * random.NextDouble()).Select(moment => Enumerable.Range(0, 20)
                .Select(column => 50 + 10 * Math.Sin(moment + column) + random.NextDouble()).ToArray()).ToArray();
            lines[2][12] = lines.Select(line => line[12]).OrderByDescending(value => Math.Abs(value - lines[2][12])).First();
            var header = string.Join(',', kinds.SelectMany(kind => Enumerable.Range(1, 5).Select(number => $"{kind}{number}")));
            File.WriteAllLines("sensors.csv", [header, .. lines.Select(line => string.Join(',', line.Select(value => FormattableString.Invariant($"{value:F2}"))))]);
            """),
        ("rows", """
            var columns = new TextLoader.Options { Separators = [','], HasHeader = true, Columns = [new("Features", DataKind.Single, 0, 19)] };
            IDataView rows = ml.Data.LoadFromTextFile("sensors.csv", columns);
            """),

        // Anomalies: everything except trousers.
        ("normal", "IDataView normal = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, classNames: [\"Trouser\"]);"),
        ("mixed", """
            void Judge(Garment image, Verdict verdict) => verdict.Label = image.LabelText == "Trouser" ? 0 : 1;
            var mixed = ml.Transforms.CustomMapping<Garment, Verdict>(Judge, contractName: null).Fit(test).Transform(test);
            """),

        // Photographs.
        ("\"photos\"", """
            var drawings = ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(test).Transform(test);
            Directory.CreateDirectory("photos");
            foreach (var (i, image) in drawings.GetColumn<MLImage>("Image").Index())
            {
                using (image)
                    image.Save($"photos/{i}.png");
            }
            """),

        ("\"Data Source=pictures.db\"", """
            using (var filled = new SqliteConnection("Data Source=pictures.db"))
            {
                filled.Open();
                using var insert = filled.CreateCommand();
                insert.CommandText = "CREATE TABLE Pictures (Id INTEGER PRIMARY KEY, Png BLOB)";
                insert.ExecuteNonQuery();
                insert.CommandText = "INSERT INTO Pictures (Png) VALUES ($png)";
                var png = insert.Parameters.Add("$png", SqliteType.Blob);
                foreach (var image in ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(test).Transform(test).GetColumn<MLImage>("Image"))
                {
                    using (image)
                        image.Save("picture.png");
                    png.Value = File.ReadAllBytes("picture.png");
                    insert.ExecuteNonQuery();
                }
            }
            """),

        ("mpi", "var mpi = MpiExchange.World();"),
    ];

    /// <summary>Returns whether a declaration is a type, which must be at the end of a program.</summary>
    public static bool IsType(string declaration) => SyntaxFactory.ParseMemberDeclaration(declaration) is BaseTypeDeclarationSyntax;

    /// <summary>Returns whether a name is a file that a block uses.</summary>
    public static bool IsFileOf(string name, PageBlock block) => name.StartsWith('"') && block.Text.Contains(name, StringComparison.Ordinal);
}
