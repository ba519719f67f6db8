using FashionAE.Report.Drawing;
using FashionAE.Report.Page;

namespace FashionAE.Report.Tests.Drawing;

public class ReportDrawingTests
{
    [Fact]
    public void Every_figure_of_both_studies_is_there_in_order()
    {
        var document = ReportDrawing.Draw(Handmade.Rotation(), Handmade.Denoising());
        Assert.Equal(["rotation", "denoising"], document.Sections.Select(s => s.Id));
        Assert.Equal(
            [
                "rotation-samples", "rotation-codes", "rotation-reconstructions", "rotation-rotated-before", "rotation-rotated-after",
                "rotation-paths", "rotation-mean-errors", "rotation-judged", "rotation-decoded-before", "rotation-decoded-after",
                "rotation-explorer", "rotation-loss-before", "rotation-loss-after", "rotation-layers", "rotation-options",
                "rotation-environment",
            ],
            document.Sections[0].Figures.Select(f => f.Id));
        Assert.Equal(
            [
                "denoising-examples", "denoising-errors", "denoising-mean-errors", "denoising-levels", "denoising-codes",
                "denoising-scores", "denoising-mse", "denoising-psnr", "denoising-ssim", "denoising-explorer", "denoising-loss",
                "denoising-layers", "denoising-options", "denoising-environment",
            ],
            document.Sections[1].Figures.Select(f => f.Id));
        foreach (var (section, count) in document.Sections.Zip([7, 5]))
            Assert.Equal(Enumerable.Range(1, count).Select(i => $"{i}."), section.Figures.Take(count).Select(f => f.Title[..2]));
    }

    [Fact]
    public void Every_figure_has_a_title_a_caption_and_a_description()
    {
        foreach (var figure in ReportDrawing.Draw(Handmade.Rotation(), Handmade.Denoising()).Sections.SelectMany(s => s.Figures))
        {
            Assert.NotEmpty(figure.Title);
            Assert.True(figure.Caption.Length > 30, figure.Id);
            Assert.True(figure.Description.Length > 15, figure.Id);
            if (figure is ChartFigure chart)
                Assert.Equal(figure.Description, chart.Specification["description"]!.GetValue<string>());
        }
    }

    [Fact]
    public void Explorers_have_the_grid_and_say_how_far_it_may_be_off()
    {
        var rotation = Handmade.Rotation();
        var explorer = ReportDrawing.Draw(rotation, null).Sections[0].Figures.OfType<ExplorerFigure>().Single();
        Assert.Same(rotation.Grid, explorer.Grid);
        Assert.Same(rotation.PathCloud, explorer.Cloud);
        Assert.Contains("rotation-trained model", explorer.Caption, StringComparison.Ordinal);
        Assert.Contains("at most 3.1 of 255 gray levels", explorer.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_study_says_which_runs_to_give()
    {
        var document = ReportDrawing.Draw(null, null);
        Assert.All(document.Sections, section => Assert.Empty(section.Figures));
        Assert.Contains("fashionae train rotation --inputs upright", document.Sections[0].Lead, StringComparison.Ordinal);
        Assert.Contains("fashionae train rotation --inputs rotated", document.Sections[0].Lead, StringComparison.Ordinal);
        Assert.Contains("fashionae train denoising", document.Sections[1].Lead, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_model_before_the_other_one_is_shown_and_named()
    {
        var section = ReportDrawing.Draw(Handmade.WithoutBefore(Handmade.Rotation()), null).Sections[0];
        var ids = section.Figures.Select(f => f.Id).ToList();
        Assert.DoesNotContain("rotation-rotated-before", ids);
        Assert.DoesNotContain("rotation-loss-before", ids);
        Assert.DoesNotContain("rotation-decoded-before", ids);
        Assert.Contains("rotation-decoded-after", ids);
        Assert.DoesNotContain("earlier version", section.Lead, StringComparison.Ordinal);
        Assert.Contains("rotation-loss-after", ids);
        Assert.Contains("fashionae train rotation --inputs upright", section.Lead, StringComparison.Ordinal);
        Assert.DoesNotContain("fashionae train rotation --inputs rotated", section.Lead, StringComparison.Ordinal);
        Assert.Contains("rotation-trained model", section.Figures.Single(f => f.Id == "rotation-codes").Caption, StringComparison.Ordinal);
        var judged = (TableFigure)section.Figures.Single(f => f.Id == "rotation-judged");
        Assert.Equal(["Trouser", "–", "–", "98.5", "81.3"], judged.Rows[0]);
        Assert.Contains("81 % are decoded as Trouser after.", judged.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_model_after_the_other_one_is_shown_and_named()
    {
        var section = ReportDrawing.Draw(Handmade.WithoutAfter(Handmade.Rotation()), null).Sections[0];
        var ids = section.Figures.Select(f => f.Id).ToList();
        Assert.DoesNotContain("rotation-rotated-after", ids);
        Assert.Contains("rotation-loss-before", ids);
        Assert.Contains("fashionae train rotation --inputs rotated", section.Lead, StringComparison.Ordinal);
        Assert.Contains("upright-trained model", section.Figures.Single(f => f.Id == "rotation-paths").Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_that_an_earlier_version_evaluated_have_no_table_of_decoded_classes_and_it_says_what_to_do()
    {
        var section = ReportDrawing.Draw(Handmade.Rotation() with { DecodedBefore = null }, null).Sections[0];
        Assert.DoesNotContain("rotation-decoded-before", section.Figures.Select(f => f.Id));
        Assert.Contains("earlier version evaluated the run: use \"fashionae evaluate\"", section.Lead, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_figures_give_the_same_document()
    {
        Assert.Equal(Text(), Text());

        static string Text() => string.Join('\n', ReportDrawing.Draw(Handmade.Rotation(), Handmade.Denoising()).Sections.SelectMany(s => s.Figures)
            .Select(f => f is ChartFigure chart ? $"{f.Title} {f.Caption} {chart.Specification.ToJsonString()}" : $"{f.Title} {f.Caption}"));
    }
}
