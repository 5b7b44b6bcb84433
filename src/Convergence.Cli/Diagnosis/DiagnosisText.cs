using System.Globalization;
using Convergence.Merging.Diagnosis;
using Convergence.Tensors;

namespace Convergence.Cli.Diagnosis;

/// <summary>A diagnosis for a terminal of eighty columns.</summary>
internal static class DiagnosisText
{
    private const int Indent = 10;

    public static void Print(TextWriter output, ModelDiagnosis diagnosis)
    {
        output.WriteLine(Headline(diagnosis));
        output.WriteLine();
        PrintModels(output, diagnosis);
        output.WriteLine();
        foreach (var finding in diagnosis.Findings.OrderByDescending(finding => finding.Level))
        {
            WrappedText.Write(output, Badge(finding.Level), Indent, $"{finding.Topic}: {finding.Text}");
            if (finding.Cure is { } cure)
            {
                WrappedText.Write(output, "", Indent, $"-> {cure}");
            }
        }

        DiagnosisTables.Print(output, diagnosis);
        PrintForecasts(output, diagnosis);
        output.WriteLine();
        WrappedText.Write(output, "", 0, string.Join(' ', diagnosis.Recommendation));
    }

    /// <summary>The verdict in a line.</summary>
    public static string Headline(ModelDiagnosis diagnosis)
    {
        var warnings = diagnosis.Count(FindingLevel.Warning);
        var blockers = diagnosis.Count(FindingLevel.Blocks);
        var after = warnings == 0 ? "" : FormattableString.Invariant($", {warnings} {(warnings == 1 ? "warning" : "warnings")}");
        var isOne = diagnosis.Models.Length == 1;
        return blockers > 0
            ? (isOne ? "This model cannot be used in a merge: " : "These models cannot be merged: ")
                + FormattableString.Invariant($"{blockers} {(blockers == 1 ? "finding blocks" : "findings block")} it{after}.")
            : (isOne ? "This model is fit for merging" : "These models can be merged") + after + ".";
    }

    public static string Badge(FindingLevel level) => level switch
    {
        FindingLevel.Blocks => "BLOCKS",
        FindingLevel.Warning => "WARNING",
        FindingLevel.Note => "note",
        _ => "ok",
    };

    /// <summary>A model's facts in words.</summary>
    public static string FactsOf(ExaminedModel model) => model.IsReadable
        ? string.Join(
            ", ",
            new[]
            {
                model.ModelType ?? "no model_type",
                Amount(model.ParameterCount) + " parameters",
                string.Join("+", model.Types.Select(type => type.SafetensorsName())),
                FormattableString.Invariant($"{model.LayerCount} layers"),
                model.TokenCount is { } tokens ? FormattableString.Invariant($"{tokens} tokens") : "no tokenizer",
            })
        : "cannot be opened";

    /// <summary>For example <c>1.14 M</c>.</summary>
    public static string Amount(long count) => count switch
    {
        >= 1_000_000_000 => (count / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + " G",
        >= 1_000_000 => (count / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 1_000 => (count / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k",
        _ => count.ToString(CultureInfo.InvariantCulture),
    };

    private static void PrintModels(TextWriter output, ModelDiagnosis diagnosis)
    {
        foreach (var model in diagnosis.Models)
        {
            var letter = diagnosis.Measured.IndexOf(model.Name) is >= 0 and var index ? ModelLetters.Of(diagnosis, index) : "-";
            output.WriteLine($"  {letter,-5} {model.Name}");
            output.WriteLine($"        {FactsOf(model)}");
        }
    }

    private static void PrintForecasts(TextWriter output, ModelDiagnosis diagnosis)
    {
        if (diagnosis.Forecasts.IsEmpty)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("What each method will do");
        foreach (var forecast in diagnosis.Forecasts.OrderBy(forecast => forecast.Outlook))
        {
            WrappedText.Write(output, "  " + DiagnosisJson.NameOf(forecast.Outlook), 14, $"{forecast.Method}: {forecast.Reason}");
        }
    }
}
