using System.Globalization;
using Convergence.Merging.Diagnosis;

namespace Convergence.Cli.Diagnosis;

/// <summary>The measurements as tables of characters: steps and cosines by layer, and the sign-conflict map.</summary>
internal static class DiagnosisTables
{
    // From none to all.
    private const string Shades = " .:-=+*#%@";
    private const int ColumnWidth = 9;
    private const int LabelWidth = 15;

    public static void Print(TextWriter output, ModelDiagnosis diagnosis)
    {
        if (diagnosis.Tensors.IsEmpty || diagnosis.Measured.Length < 2)
        {
            return;
        }

        var pairs = Pairs(diagnosis).ToList();
        if (diagnosis.HasBase)
        {
            PrintSteps(output, diagnosis, pairs);
            PrintConflicts(output, diagnosis);
        }
        else
        {
            PrintCosines(output, diagnosis, pairs);
        }
    }

    /// <summary>Pairs of models, the base left out.</summary>
    public static IEnumerable<(int First, int Second)> Pairs(ModelDiagnosis diagnosis)
    {
        var start = diagnosis.HasBase ? 1 : 0;
        return from first in Enumerable.Range(start, diagnosis.Measured.Length - start)
               from second in Enumerable.Range(first + 1, diagnosis.Measured.Length - first - 1)
               select (first, second);
    }

    private static void PrintSteps(TextWriter output, ModelDiagnosis diagnosis, List<(int First, int Second)> pairs)
    {
        var models = Enumerable.Range(1, Math.Min(3, diagnosis.Measured.Length - 1)).ToList();
        var shown = pairs.Take(3).ToList();
        output.WriteLine();
        output.WriteLine("By layer: step from the base (share of its length), cosine between task vectors");
        var titles = models.Select(model => ModelLetters.Of(diagnosis, model)).Concat(shown.Select(pair => PairName(diagnosis, pair)));
        output.WriteLine("  " + "layer".PadRight(LabelWidth - 2) + string.Concat(titles.Select(title => title.PadLeft(ColumnWidth))));
        foreach (var (layer, survey) in DiagnosisGroups.ByLayer(diagnosis))
        {
            var geometry = new ModelGeometry(survey);
            var cells = models.Select(model => Share(geometry.NormRatio(model)))
                .Concat(shown.Select(pair => Cosine(geometry.CosineFrom(0, pair.First, pair.Second))));
            output.WriteLine("  " + Label(layer) + string.Concat(cells.Select(cell => cell.PadLeft(ColumnWidth))));
        }

        if (diagnosis.Measured.Length - 1 > models.Count || pairs.Count > shown.Count)
        {
            output.WriteLine("  (the first models and pairs only; --json and --html have all)");
        }
    }

    private static void PrintCosines(TextWriter output, ModelDiagnosis diagnosis, List<(int First, int Second)> pairs)
    {
        var shown = pairs.Take(6).ToList();
        output.WriteLine();
        output.WriteLine("By layer: cosine between weights");
        output.WriteLine(
            "  " + "layer".PadRight(LabelWidth - 2) + string.Concat(shown.Select(pair => PairName(diagnosis, pair).PadLeft(ColumnWidth))));
        foreach (var (layer, survey) in DiagnosisGroups.ByLayer(diagnosis))
        {
            var geometry = new ModelGeometry(survey);
            output.WriteLine(
                "  " + Label(layer) + string.Concat(
                    shown.Select(pair => WeightCosine(geometry.Cosine(pair.First, pair.Second)).PadLeft(ColumnWidth))));
        }
    }

    private static void PrintConflicts(TextWriter output, ModelDiagnosis diagnosis)
    {
        var kinds = DiagnosisGroups.Kinds(diagnosis).Take(7).ToList();
        if (diagnosis.Measured.Length < 3 || kinds.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Sign conflicts: percent of the elements pulled in opposite directions");
        output.WriteLine(
            "  " + "layer".PadRight(LabelWidth - 2) + string.Concat(
                kinds.Select(kind => Shorten(kind.Replace("_proj", "", StringComparison.Ordinal), ColumnWidth - 1).PadLeft(ColumnWidth))));
        foreach (var layer in DiagnosisGroups.Layers(diagnosis))
        {
            var cells = kinds.Select(kind => DiagnosisGroups.At(diagnosis, layer, kind) is { ElementCount: > 0 } survey
                ? Shaded((double)survey.Conflicts / survey.ElementCount)
                : "-");
            output.WriteLine("  " + Label(layer) + string.Concat(cells.Select(cell => cell.PadLeft(ColumnWidth))));
        }
    }

    private static string PairName(ModelDiagnosis diagnosis, (int First, int Second) pair) =>
        $"{ModelLetters.Of(diagnosis, pair.First)}-{ModelLetters.Of(diagnosis, pair.Second)}";

    private static string Shaded(double share)
    {
        var shade = Shades[(int)Math.Clamp(share * Shades.Length, 0, Shades.Length - 1)];
        return new string(shade, 3) + (share * 100).ToString("0", CultureInfo.InvariantCulture).PadLeft(4);
    }

    private static string Share(double value) =>
        double.IsFinite(value) ? (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";

    private static string Cosine(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    // Those of relatives differ in the last places only.
    private static string WeightCosine(double value) =>
        double.IsFinite(value) ? value.ToString("0.00000", CultureInfo.InvariantCulture) : "-";

    private static string Label(string layer) => Shorten(layer, LabelWidth - 3).PadRight(LabelWidth - 2);

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "~";
}
