using System.Globalization;
using Convergence.Merging.Diagnosis;

namespace Convergence.Cli.Diagnosis;

/// <summary>Short names for the columns of tables: <c>base</c>, then <c>A</c>, <c>B</c> and so on.</summary>
internal static class ModelLetters
{
    /// <summary>The short name of a measured model.</summary>
    public static string Of(ModelDiagnosis diagnosis, int index)
    {
        if (diagnosis.HasBase && index == 0)
        {
            return "base";
        }

        var place = index - (diagnosis.HasBase ? 1 : 0);
        return place < 26 ? ((char)('A' + place)).ToString() : (place + 1).ToString(CultureInfo.InvariantCulture);
    }
}
