using Convergence.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Convergence.Architecture.Tests;

/// <summary>Methods fit on a screen and take no more than a caller can keep apart.</summary>
public sealed class MethodSizeTests
{
    private const int MaxLineCount = 50;
    private const int MaxParameterCount = 8;

    // Longer for a reason: every row of a register tile has local variables of its own, which a loop could not keep in registers.
    private static readonly string[] LongMethods = ["Tile512.cs: Multiply12", "Tile512.cs: Multiply8"];

    // An operator of the device contract names all it works on; implementations follow it.
    private static readonly string[] ManyParameters =
    [
        "MergeKernels.Sparse.cs: MergeSampled", "CpuMergeKernels.Sparse.cs: MergeSampled",
        "CudaMergeKernels.Sampled.cs: MergeSampled",
    ];

    // Signatures that somebody else fixes: a native library's functions, and the properties of a log event.
    private static readonly string[] ForeignSignatures = ["LibraryImport", "LoggerMessage"];

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    // Methods, constructors, operators, local functions, properties and what is inside of them.
    private static readonly Lazy<IReadOnlyList<SyntaxNode>> Members = new(() =>
    [
        .. SourceTree.CSharpFiles("src")
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Options, file).GetRoot().DescendantNodes())
            .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or BasePropertyDeclarationSyntax
                or AccessorDeclarationSyntax),
    ]);

    [Test]
    public void Methods_HaveAtMostFiftyLines()
    {
        var tooLong = Members.Value
            .Where(member => LineCount(member) > MaxLineCount && !LongMethods.Contains(Key(member)))
            .Select(member => $"{Place(member)} {Name(member)} ({LineCount(member)} lines)");
        Assert.That(tooLong, Is.Empty, "A method this long does several things: give each a name.");
    }

    [Test]
    public void Methods_HaveAtMostEightParameters()
    {
        var tooMany = Members.Value
            .Where(member => ParameterCount(member) > MaxParameterCount && !IsForeign(member) && !ManyParameters.Contains(Key(member)))
            .Select(member => $"{Place(member)} {Name(member)} ({ParameterCount(member)} parameters)");
        Assert.That(tooMany, Is.Empty, "Parameters that always go together are a type that is missing.");
    }

    [Test]
    public void Exceptions_AreStillNeeded()
    {
        var members = Members.Value;
        Assert.That(
            LongMethods.Except(members.Where(member => LineCount(member) > MaxLineCount).Select(Key)),
            Is.Empty,
            "It has become short: take it off the list.");
        Assert.That(
            ManyParameters.Except(members.Where(member => ParameterCount(member) > MaxParameterCount).Select(Key)),
            Is.Empty,
            "It takes fewer by now: take it off the list.");
    }

    private static int LineCount(SyntaxNode member)
    {
        var lines = member.SyntaxTree.GetLineSpan(member.Span);
        return lines.EndLinePosition.Line - lines.StartLinePosition.Line + 1;
    }

    private static int ParameterCount(SyntaxNode member) => member switch
    {
        BaseMethodDeclarationSyntax method => method.ParameterList.Parameters.Count,
        LocalFunctionStatementSyntax function => function.ParameterList.Parameters.Count,
        _ => 0,
    };

    private static bool IsForeign(SyntaxNode member) =>
        member is MethodDeclarationSyntax method
        && method.AttributeLists.SelectMany(list => list.Attributes).Any(given => ForeignSignatures.Contains(given.Name.ToString()));

    private static string Name(SyntaxNode member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        _ => member.Kind().ToString(),
    };

    private static string Key(SyntaxNode member) => $"{Path.GetFileName(member.SyntaxTree.FilePath)}: {Name(member)}";

    private static string Place(SyntaxNode member)
    {
        var line = member.SyntaxTree.GetLineSpan(member.Span).StartLinePosition.Line + 1;
        return $"{Path.GetRelativePath(RepositoryRoot.Path, member.SyntaxTree.FilePath)}:{line}";
    }
}
