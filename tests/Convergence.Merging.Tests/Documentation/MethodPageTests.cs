using System.Globalization;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Documentation;

/// <summary>docs/merge-methods.md against the definitions that the recipe reader uses.</summary>
public sealed class MethodPageTests
{
    private const int MostLines = 40;

    private static readonly string[] Page = File.ReadAllLines(RepositoryRoot.Combine("docs", "merge-methods.md"));

    [TestCaseSource(typeof(MergeMethodNames), nameof(MergeMethodNames.All))]
    public void Table_SaysWhetherTheMethodNeedsABase(string method)
    {
        var definition = MergeMethodDefinition.Of(MergeMethodNames.Parse(method)!.Value);
        var needed = definition.NeedsBase ? "yes" : definition.TakesBase ? "may" : "no";
        Assert.That(Page.Where(line => line.StartsWith($"| [`{method}`](#", StringComparison.Ordinal)).ToList(),
            Has.Count.EqualTo(1).And.All.Contain($") | {needed} | "));
    }

    [TestCaseSource(typeof(MergeMethodNames), nameof(MergeMethodNames.All))]
    public void Section_FitsOnAScreenAndSaysWhenToTakeTheMethod(string method)
    {
        var section = Section(method);
        Assert.That(section, Has.Count.InRange(5, MostLines));
        Assert.That(
            section.Any(line => line.StartsWith("*When.*", StringComparison.Ordinal)), "A section says when the method is worth taking.");
    }

    [TestCaseSource(typeof(MergeMethodNames), nameof(MergeMethodNames.All))]
    public void Section_ListsEveryParameterWithRangeAndDefault(string method)
    {
        var definition = MergeMethodDefinition.Of(MergeMethodNames.Parse(method)!.Value);
        var section = Section(method);
        foreach (var parameter in definition.Parameters.Where(parameter => parameter != ParameterDefinition.Int8Mask))
        {
            var row = $"| `{parameter.Name}` | {(parameter.PerModel ? "each" : "all")} | {Range(parameter)} | {Default(parameter)} | ";
            Assert.That(
                section.Any(line => line.StartsWith(row, StringComparison.Ordinal)),
                $"The section {method} has no row that starts with {row}");
        }

        var rows = section.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Distinct();
        var known = NamesInHeading(section[0]).SelectMany(name => MergeMethodDefinition.Of(MergeMethodNames.Parse(name)!.Value).Parameters);
        Assert.That(rows, Is.SubsetOf(known.Select(parameter => parameter.Name)), "The section has a parameter that the method has not.");
    }

    private static string[] NamesInHeading(string heading) => heading["## ".Length..].Split(", ");

    /// <summary>The heading that names the method and what stands below it.</summary>
    private static List<string> Section(string method)
    {
        var start = Array.FindIndex(
            Page, line => line.StartsWith("## ", StringComparison.Ordinal) && NamesInHeading(line).Contains(method));
        Assert.That(start, Is.GreaterThanOrEqualTo(0), $"docs/merge-methods.md has no section {method}.");
        return [Page[start], .. Page.Skip(start + 1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))];
    }

    private static string Range(ParameterDefinition parameter) => parameter switch
    {
        { Kind: ParameterKind.Flag } => "true or false",
        { Kind: ParameterKind.Word } => string.Join(", ", parameter.Words) + (parameter.AllowsFlags ? ", true, false" : ""),
        { Minimum: double.NegativeInfinity, Maximum: double.PositiveInfinity } => "any",
        { Maximum: double.PositiveInfinity } => $"{(parameter.MinimumIsOpen ? ">" : ">=")} {Text(parameter.Minimum)}",
        _ => $"{(parameter.MinimumIsOpen ? '(' : '[')}{Text(parameter.Minimum)}, {Text(parameter.Maximum)}]",
    };

    private static string Default(ParameterDefinition parameter) => parameter.Default switch
    {
        null => parameter.Optional ? "optional" : "required",
        NumberValue number => Text(number.Value),
        FlagValue flag => flag.Value ? "true" : "false",
        TextValue text => text.Value,
        var other => throw new InvalidOperationException($"A default of {other} has no place in the table yet."),
    } + (parameter.MergeKitDefault is null ? "" : " (mergekit: "
        + Default(parameter with { Default = parameter.MergeKitDefault, MergeKitDefault = null }) + ")");

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
