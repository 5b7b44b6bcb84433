using System.Xml.Linq;
using Convergence.Testing;

namespace Convergence.Architecture.Tests;

/// <summary>The arrows of docs/architecture.md: who may reference whom, and who may be unsafe.</summary>
public sealed class ArrowsTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new(StringComparer.Ordinal)
    {
        ["Convergence.Foundation"] = [],
        ["Convergence.Tensors"] = ["Convergence.Foundation"],
        ["Convergence.Cuda"] = ["Convergence.Tensors", "Convergence.Foundation"],
        ["Convergence.Evolution"] = [],
        ["Convergence.Reporting"] = [],
        ["Convergence.Merging"] = ["Convergence.Tensors", "Convergence.Foundation"],
        ["Convergence.LanguageModels"] = ["Convergence.Tensors", "Convergence.Foundation"],
        ["Convergence.EvoMerge"] =
        [
            "Convergence.Merging", "Convergence.LanguageModels", "Convergence.Evolution", "Convergence.Reporting", "Convergence.Tensors",
            "Convergence.Foundation",
        ],
        ["Convergence.Optimization"] = ["Convergence.Evolution", "Convergence.Reporting", "Convergence.Foundation"],
        ["Convergence.Service"] = ["Convergence.LanguageModels", "Convergence.Tensors", "Convergence.Foundation"],
        ["Convergence.Cli"] =
        [
            "Convergence.Service", "Convergence.EvoMerge", "Convergence.Optimization", "Convergence.Merging",
            "Convergence.LanguageModels", "Convergence.Evolution", "Convergence.Reporting", "Convergence.Cuda", "Convergence.Tensors",
            "Convergence.Foundation",
        ],
    };

    private static readonly string[] UnsafeProjects = ["Convergence.Tensors", "Convergence.Cuda"];

    private static IEnumerable<string> ProjectFiles() =>
        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.csproj", SearchOption.AllDirectories);

    [TestCaseSource(nameof(ProjectFiles))]
    public void Project_References_OnlyWhatLiesBelowIt(string projectFile)
    {
        var project = Path.GetFileNameWithoutExtension(projectFile);
        Assert.That(
            AllowedReferences, Does.ContainKey(project), "A new project needs its arrows written down here and in docs/architecture.md.");

        var references = XDocument.Load(projectFile)
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.That(references, Is.SubsetOf(AllowedReferences[project]));
    }

    [TestCaseSource(nameof(ProjectFiles))]
    public void Project_AllowsUnsafeCode_OnlyNextToTheHardware(string projectFile)
    {
        var project = Path.GetFileNameWithoutExtension(projectFile);
        var allows = XDocument.Load(projectFile)
            .Descendants("AllowUnsafeBlocks")
            .Any(element => string.Equals(element.Value, "true", StringComparison.OrdinalIgnoreCase));
        Assert.That(allows, Is.EqualTo(UnsafeProjects.Contains(project)));
    }

    [Test]
    public void Assemblies_ReferToEachOther_AsTheProjectsSay()
    {
        foreach (var (project, allowed) in AllowedReferences)
        {
            var assemblyName = project == "Convergence.Cli" ? "convergence" : project;
            var references = System.Reflection.Assembly.Load(assemblyName)
                .GetReferencedAssemblies()
                .Select(reference => reference.Name!)
                .Where(name => name.StartsWith("Convergence.", StringComparison.Ordinal));
            Assert.That(references, Is.SubsetOf(allowed), project);
        }
    }
}
