import java.io.File;
import java.util.TreeSet;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLEntity;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;

/**
 * Says of each ontology file whether HermiT finds it consistent: one line a file, "FILE TAB consistent|inconsistent".
 *
 * Behind a file that follows the word --unusable stand also the classes that nothing can be in and the properties that
 * nothing can have. HermiT's own command line stops at the first inconsistent file; this asks all of them in one JVM,
 * each with a manager and a reasoner of its own, so that no file can colour the verdict on the next.
 */
public class Consistency {
    public static void main(String[] arguments) throws Exception {
        boolean unusable = false;
        for (String argument : arguments) {
            if (argument.equals("--unusable")) {
                unusable = true;
                continue;
            }
            OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
            OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(argument));
            Reasoner reasoner = new Reasoner(ontology);
            boolean consistent = reasoner.isConsistent();
            String found = unusable && consistent ? "\t" + unusable(reasoner) : "";
            System.out.println(argument + "\t" + (consistent ? "consistent" : "inconsistent") + found);
            reasoner.dispose();
            unusable = false;
        }
    }

    private static String unusable(Reasoner reasoner) {
        TreeSet<String> found = new TreeSet<>();
        reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom().forEach(one -> found.add(name(one)));
        reasoner.getBottomObjectPropertyNode().getEntitiesMinusBottom().forEach(one -> found.add(one.toString()));
        reasoner.getBottomDataPropertyNode().getEntitiesMinusBottom().forEach(one -> found.add(name(one)));
        return String.join(" ", found);
    }

    private static String name(OWLEntity entity) {
        return entity.getIRI().toString();
    }
}
