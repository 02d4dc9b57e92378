import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/**
 * Says of each ontology file whether it is in OWL 2 DL: a line "FILE TAB N logical axioms", so that a file which was not
 * understood cannot pass for a clean one, then a line "FILE TAB violation" for each thing that takes it out.
 */
public class ProfileCheck {
    public static void main(String[] arguments) throws Exception {
        for (String file : arguments) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(file));
            System.out.println(file + "\t" + ontology.getLogicalAxiomCount() + " logical axioms");
            OWLProfileReport report = new OWL2DLProfile().checkOntology(ontology);
            for (OWLProfileViolation violation : report.getViolations()) {
                System.out.println(file + "\t" + violation.toString().replaceAll("\\s+", " "));
            }
        }
    }
}
